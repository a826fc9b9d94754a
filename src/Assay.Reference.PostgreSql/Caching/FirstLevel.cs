using System.Diagnostics.CodeAnalysis;
using Assay.Reference.Caching;
using Npgsql;

namespace Assay.Reference.PostgreSql.Caching;

/// <summary>The first level: values in this process, believed only while every removal is heard of.</summary>
internal sealed class FirstLevel : IRemovalSink, IAsyncDisposable
{
    private readonly BoundedCache<string, FirstLevelEntry> _cache;
    private readonly TimeProvider _clock;
    private readonly TagClock _tags = new();
    private readonly RemovalFeed _feed;

    public FirstLevel(BoundedCache<string, FirstLevelEntry> cache, NpgsqlDataSource source, PostgresCacheOptions options, string channel)
    {
        (_cache, _clock) = (cache, options.Clock ?? TimeProvider.System);
        _feed = new RemovalFeed(source, options, channel, this);
    }

    public long Timestamp => _clock.GetTimestamp();

    /// <summary>To be taken before anything is read.</summary>
    public Beginning Now => new(_feed.Generation, _tags.Now, Timestamp);

    public bool TryGet(string key, [NotNullWhen(true)] out FirstLevelEntry? entry)
    {
        if (!_cache.TryGet(key, out entry))
            return false;
        var now = Timestamp;
        if (_feed.IsTrusted(entry.Began.Generation, now) && !entry.IsExpired(_clock, now) && !_tags.IsOutOfDate(entry.Tags, entry.Began.Tags))
            return true;
        // Only this one: a younger entry may have taken its key.
        _cache.TryRemove(new KeyValuePair<string, FirstLevelEntry>(key, entry));
        return false;
    }

    /// <summary>Loads an entry, or shares the load that is under way.</summary>
    public async ValueTask<FirstLevelEntry> LoadAsync<TLoad>(
        string key, Func<string, TLoad, CancellationToken, ValueTask<FirstLevelEntry>> factory, TLoad load, TimeSpan? life, CancellationToken cancellationToken)
    {
        var asked = Now;
        EntryTerms? terms = life is { } given ? new EntryTerms(given) : null;
        while (true)
        {
            var entry = await _cache.GetOrAddAsync(key, factory, load, terms, cancellationToken).ConfigureAwait(false);
            if (IsFor(asked, entry))
                return entry;
            _cache.TryRemove(new KeyValuePair<string, FirstLevelEntry>(key, entry));
        }
    }

    public void Set(string key, FirstLevelEntry entry, TimeSpan life) => _cache.Set(key, entry, new EntryTerms(life));

    /// <summary>Drops a key. A load of it that is under way is not kept.</summary>
    public void Drop(string key) => _cache.TryRemove(key, out _);

    public void DropTag(string tag) => _tags.Remove(tag);

    public Task CatchUpAsync(CancellationToken cancellationToken) => _feed.CatchUpAsync(cancellationToken);

    public ValueTask DisposeAsync() => _feed.DisposeAsync();

    // A load that began after the question answers it whatever has happened since. One that was under way answers it too, unless
    // removals from before the question may be missing from it.
    private bool IsFor(Beginning asked, FirstLevelEntry entry)
    {
        var now = Timestamp;
        if (entry.Began.At - asked.At >= 0)
            return true;
        return entry.Began.Generation >= asked.Generation && !entry.IsExpired(_clock, now) && !_tags.IsOutOfDate(entry.Tags, entry.Began.Tags, asked.Tags);
    }
}
