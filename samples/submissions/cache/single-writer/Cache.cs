using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Assay.Contracts;

namespace Candidate;

/// <summary>One thread reads and writes everything; the others hand it their work and wait. Loaders and listeners run on the threads of their callers.</summary>
public sealed class Cache : ICache
{
    private readonly Writer _writer = new();

    // The rest is the writer's. By use, the least recent first.
    private readonly OrderedDictionary<string, Slot> _slots = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PendingLoad> _pending = new(StringComparer.Ordinal);
    private readonly int _capacity;
    private readonly TimeSpan _timeToLive;
    private readonly Action<string, string>? _evicted;
    private readonly TimeProvider _clock;
    private readonly long _start;
    private TimeSpan _nextExpiry = TimeSpan.MaxValue;
    private CacheCounts _counts;

    public Cache(int capacity, TimeSpan timeToLive, Action<string, string>? evicted, TimeProvider clock)
    {
        if (capacity <= 0)
            throw new ArgumentOutOfRangeException(nameof(capacity));
        if (timeToLive <= TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(timeToLive));
        _capacity = capacity;
        _timeToLive = timeToLive;
        _evicted = evicted;
        _clock = clock;
        _start = clock.GetTimestamp();
    }

    public string? Get(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return _writer.Do(() => Read(key));
    }

    public void Set(string key, string value)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        Tell(_writer.Do(() =>
        {
            _pending.Remove(key);
            return Write(key, value);
        }));
    }

    public bool Remove(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return _writer.Do(() =>
        {
            _pending.Remove(key);
            DropExpired();
            return _slots.Remove(key);
        });
    }

    public int Count() => _writer.Do(() =>
    {
        DropExpired();
        return _slots.Count;
    });

    public CacheCounts Counts() => _writer.Do(() => _counts);

    public Task<string> GetOrLoadAsync(string key, Func<string, CancellationToken, Task<string>> loader, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(loader);
        var (value, load, isNew) = _writer.Do(() => ReadOrJoin(key));
        if (value is not null)
            return Task.FromResult(value);
        if (isNew)
            _ = LoadAsync(load!, loader);
        return WaitAsync(load!, cancellationToken);
    }

    private (string? Value, PendingLoad? Load, bool IsNew) ReadOrJoin(string key)
    {
        if (Read(key) is { } value)
            return (value, null, false);
        var isNew = !_pending.TryGetValue(key, out var load);
        if (isNew)
            _pending[key] = load = new PendingLoad(key);
        load!.Callers++;
        return (null, load, isNew);
    }

    private async Task LoadAsync(PendingLoad load, Func<string, CancellationToken, Task<string>> loader)
    {
        try
        {
            var value = await loader(load.Key, load.Abandoned.Token).ConfigureAwait(false);
            var gone = _writer.Do(() => Unnote(load) ? Write(load.Key, value) : null);
            load.Ended.SetResult(value);
            Tell(gone);
        }
        catch (Exception failure)
        {
            _writer.Do(() => Unnote(load));
            load.Ended.TrySetException(failure);
        }
    }

    private async Task<string> WaitAsync(PendingLoad load, CancellationToken cancellationToken)
    {
        try
        {
            return await load.Ended.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!load.Ended.Task.IsCompleted)
        {
            var isLast = _writer.Do(() => --load.Callers == 0 && (Unnote(load) || true));
            if (isLast)
                await load.Abandoned.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    private bool Unnote(PendingLoad load) => _pending.GetValueOrDefault(load.Key) == load && _pending.Remove(load.Key);

    private string? Read(string key)
    {
        DropExpired();
        if (!_slots.Remove(key, out var slot))
        {
            _counts = _counts with { Misses = _counts.Misses + 1 };
            return null;
        }

        _counts = _counts with { Hits = _counts.Hits + 1 };
        _slots.Add(key, slot);
        return slot.Value;
    }

    private KeyValuePair<string, string>? Write(string key, string value)
    {
        DropExpired();
        _slots.Remove(key);
        KeyValuePair<string, string>? gone = null;
        if (_slots.Count == _capacity)
        {
            gone = new(_slots.GetAt(0).Key, _slots.GetAt(0).Value.Value);
            _slots.RemoveAt(0);
            _counts = _counts with { Evictions = _counts.Evictions + 1 };
        }

        var now = Now;
        var ends = _timeToLive < TimeSpan.MaxValue - now ? now + _timeToLive : TimeSpan.MaxValue;
        _slots.Add(key, new Slot(value, ends));
        _nextExpiry = ends < _nextExpiry ? ends : _nextExpiry;
        return gone;
    }

    // Nothing can have expired before the first that will.
    private void DropExpired()
    {
        var now = Now;
        if (now < _nextExpiry)
            return;
        _nextExpiry = TimeSpan.MaxValue;
        for (var i = _slots.Count - 1; i >= 0; i--)
        {
            var ends = _slots.GetAt(i).Value.Ends;
            if (ends <= now)
                _slots.RemoveAt(i);
            else if (ends < _nextExpiry)
                _nextExpiry = ends;
        }
    }

    private TimeSpan Now => _clock.GetElapsedTime(_start);

    private void Tell(KeyValuePair<string, string>? gone)
    {
        if (gone is null || _evicted is null)
            return;
        try
        {
            _evicted(gone.Value.Key, gone.Value.Value);
        }
        catch (Exception failure)
        {
            Console.Error.WriteLine($"{failure.GetType().Name} from whoever was told of {gone.Value.Key}");
        }
    }

    private readonly record struct Slot(string Value, TimeSpan Ends);
}
