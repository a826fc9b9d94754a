using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Assay.Contracts;

namespace Candidate;

/// <summary>One lock around a dictionary and two rings. No loader and no listener runs while it is held.</summary>
public sealed class Cache : ICache
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Load> _loads = new(StringComparer.Ordinal);

    // The next of a ring's head was used least recently, or set first: all entries live equally long, so it expires first.
    private readonly Entry _use = Entry.Head();
    private readonly Entry _age = Entry.Head();
    private readonly int _capacity;
    private readonly TimeSpan _timeToLive;
    private readonly Action<string, string>? _evicted;
    private readonly TimeProvider _clock;
    private readonly long _start;
    private long _hits;
    private long _misses;
    private long _evictions;

    public Cache(int capacity, TimeSpan timeToLive, Action<string, string>? evicted, TimeProvider clock)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeToLive, TimeSpan.Zero);
        ArgumentNullException.ThrowIfNull(clock);
        _capacity = capacity;
        _timeToLive = timeToLive;
        _evicted = evicted;
        _clock = clock;
        _start = clock.GetTimestamp();
    }

    public string? Get(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        lock (_gate)
            return Find(key);
    }

    public void Set(string key, string value)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        Entry? gone;
        lock (_gate)
        {
            _loads.Remove(key);
            gone = Store(key, value);
        }

        Tell(gone);
    }

    public bool Remove(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        lock (_gate)
        {
            _loads.Remove(key);
            DropExpired();
            return Drop(key);
        }
    }

    public int Count()
    {
        lock (_gate)
        {
            DropExpired();
            return _entries.Count;
        }
    }

    public CacheCounts Counts()
    {
        lock (_gate)
            return new CacheCounts(_hits, _misses, _evictions);
    }

    public Task<string> GetOrLoadAsync(string key, Func<string, CancellationToken, Task<string>> loader, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(loader);
        Load? load;
        bool isNew;
        lock (_gate)
        {
            if (Find(key) is { } value)
                return Task.FromResult(value);
            isNew = !_loads.TryGetValue(key, out load);
            if (isNew)
                _loads.Add(key, load = new Load(key));
            load!.Waiting++;
        }

        if (isNew)
            _ = RunAsync(load, loader);
        return cancellationToken.CanBeCanceled ? WaitAsync(load, cancellationToken) : load.Task;
    }

    private async Task RunAsync(Load load, Func<string, CancellationToken, Task<string>> loader)
    {
        try
        {
            var value = await loader(load.Key, load.Token).ConfigureAwait(false);
            Entry? gone;
            lock (_gate)
                gone = TakeOut(load) ? Store(load.Key, value) : null;
            load.End(value);
            Tell(gone);
        }
        catch (Exception failure)
        {
            lock (_gate)
                TakeOut(load);
            load.Fail(failure);
        }
    }

    private async Task<string> WaitAsync(Load load, CancellationToken cancellationToken)
    {
        try
        {
            return await load.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!load.Task.IsCompleted)
        {
            if (IsLastToLeave(load))
                load.Abandon();
            throw;
        }
    }

    private bool IsLastToLeave(Load load)
    {
        lock (_gate)
        {
            if (--load.Waiting > 0)
                return false;
            TakeOut(load);
            return true;
        }
    }

    // Not when the key was set, removed or left by all meanwhile: then the load is not noted any more, or another one is.
    private bool TakeOut(Load load) => _loads.TryGetValue(load.Key, out var noted) && noted == load && _loads.Remove(load.Key);

    private string? Find(string key)
    {
        DropExpired();
        if (!_entries.TryGetValue(key, out var entry))
        {
            _misses++;
            return null;
        }

        _hits++;
        entry.Use.Unlink();
        entry.Use.LinkBefore(_use.Use);
        return entry.Value;
    }

    /// <returns>The entry that made room; null when none had to.</returns>
    private Entry? Store(string key, string value)
    {
        DropExpired();
        Drop(key);
        Entry? gone = null;
        if (_entries.Count == _capacity)
        {
            gone = _use.Use.Next.Owner;
            Drop(gone.Key);
            _evictions++;
        }

        var entry = new Entry(key, value, Now);
        _entries.Add(key, entry);
        entry.Use.LinkBefore(_use.Use);
        entry.Age.LinkBefore(_age.Age);
        return gone;
    }

    private void DropExpired()
    {
        while (_age.Age.Next.Owner is var oldest && oldest != _age && Now - oldest.SetAt >= _timeToLive)
            Drop(oldest.Key);
    }

    private bool Drop(string key)
    {
        if (!_entries.Remove(key, out var entry))
            return false;
        entry.Use.Unlink();
        entry.Age.Unlink();
        return true;
    }

    private void Tell(Entry? gone)
    {
        if (gone is null || _evicted is null)
            return;
        try
        {
            _evicted(gone.Key, gone.Value);
        }
        catch (Exception failure)
        {
            Console.Error.WriteLine($"The listener of evictions failed: {failure.Message}");
        }
    }

    private TimeSpan Now => _clock.GetElapsedTime(_start);
}
