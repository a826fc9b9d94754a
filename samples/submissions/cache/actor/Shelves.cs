using System;
using System.Collections.Generic;
using Assay.Contracts;

namespace Candidate;

/// <summary>What the actor owns. Both queues are lazy: what they say of an entry counts only while its stamp is still the same.</summary>
internal sealed class Shelves
{
    private readonly int _capacity;
    private readonly TimeSpan _timeToLive;
    private readonly TimeProvider _clock;
    private readonly long _start;
    private readonly Dictionary<string, Item> _items = new(StringComparer.Ordinal);
    private readonly Queue<(string Key, long Use)> _uses = new();
    private readonly Queue<(string Key, long Birth, TimeSpan SetAt)> _births = new();
    private long _stamp;
    private long _hits;
    private long _misses;
    private long _evictions;

    public Shelves(int capacity, TimeSpan timeToLive, TimeProvider clock)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeToLive, TimeSpan.Zero);
        (_capacity, _timeToLive, _clock, _start) = (capacity, timeToLive, clock, clock.GetTimestamp());
    }

    /// <summary>The loads whose values are to be stored.</summary>
    public Dictionary<string, Load> Loads { get; } = new(StringComparer.Ordinal);

    public CacheCounts Counts => new(_hits, _misses, _evictions);

    public int Count
    {
        get
        {
            Bury();
            return _items.Count;
        }
    }

    public string? Find(string key)
    {
        Bury();
        if (!_items.TryGetValue(key, out var item))
        {
            _misses++;
            return null;
        }

        _hits++;
        NoteUse(item);
        return item.Value;
    }

    public (string Key, string Value)? Put(string key, string value)
    {
        Bury();
        (string, string)? gone = null;
        if (!_items.ContainsKey(key) && _items.Count == _capacity)
            gone = Evict();
        var item = new Item(key, value, ++_stamp);
        _items[key] = item;
        _births.Enqueue((key, item.Birth, Now));
        NoteUse(item);
        return gone;
    }

    public bool Take(string key)
    {
        Bury();
        return _items.Remove(key);
    }

    public bool IsCurrent(Load load, bool remove)
    {
        var isCurrent = Loads.TryGetValue(load.Key, out var noted) && noted == load;
        if (isCurrent && remove)
            Loads.Remove(load.Key);
        return isCurrent;
    }

    private TimeSpan Now => _clock.GetElapsedTime(_start);

    private void NoteUse(Item item)
    {
        item.Use = ++_stamp;
        _uses.Enqueue((item.Key, item.Use));
        // Old notes are dropped before they outgrow the items.
        while (_uses.Count > 4 * _capacity && !IsLatest(_uses.Peek()))
            _uses.Dequeue();
    }

    private bool IsLatest((string Key, long Use) note) => _items.TryGetValue(note.Key, out var item) && item.Use == note.Use;

    private (string, string) Evict()
    {
        var oldest = _uses.Dequeue();
        while (!IsLatest(oldest))
            oldest = _uses.Dequeue();
        _evictions++;
        _items.Remove(oldest.Key, out var item);
        return (oldest.Key, item!.Value);
    }

    private void Bury()
    {
        while (_births.TryPeek(out var birth) && (IsGone(birth) || Now - birth.SetAt >= _timeToLive))
        {
            if (!IsGone(birth))
                _items.Remove(birth.Key);
            _births.Dequeue();
        }
    }

    private bool IsGone((string Key, long Birth, TimeSpan SetAt) birth) => !_items.TryGetValue(birth.Key, out var item) || item.Birth != birth.Birth;

    private sealed class Item(string key, string value, long birth)
    {
        public string Key => key;

        public string Value => value;

        public long Birth => birth;

        public long Use { get; set; }
    }
}
