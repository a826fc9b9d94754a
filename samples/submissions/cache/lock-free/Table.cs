using System;
using Assay.Contracts;

namespace Candidate;

/// <summary>Entries and flights in arrays that are never written after they are made.</summary>
internal sealed class Table
{
    private readonly int _capacity;
    private readonly long _timeToLive;

    // The least recently used first.
    private readonly Entry[] _entries = [];
    private readonly Seat[] _seats = [];

    public Table(int capacity, long timeToLive)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(timeToLive);
        (_capacity, _timeToLive) = (capacity, timeToLive);
    }

    private Table(Table before, Entry[] entries, Seat[] seats, CacheCounts counts, long now)
    {
        (_capacity, _timeToLive) = (before._capacity, before._timeToLive);
        (_entries, _seats, Counts, Now) = (entries, seats, counts, now);
    }

    /// <summary>The instant of the call, not before that of any earlier one.</summary>
    public long Now { get; }

    public CacheCounts Counts { get; }

    public int Count => _entries.Length;

    public Table At(long now)
    {
        now = Math.Max(now, Now);
        return new Table(this, Array.FindAll(_entries, entry => now - entry.SetAt < _timeToLive), _seats, Counts, now);
    }

    public Outcome Get(string key)
    {
        var place = Array.FindIndex(_entries, entry => entry.Key == key);
        if (place < 0)
            return new Outcome(Counted(Counts with { Misses = Counts.Misses + 1 }), null);
        var found = _entries[place];
        var next = With([.. _entries.AsSpan(0, place), .. _entries.AsSpan(place + 1), found]).Counted(Counts with { Hits = Counts.Hits + 1 });
        return new Outcome(next, found.Value);
    }

    public Outcome Put(string key, string value, long now)
    {
        var others = Array.FindAll(_entries, entry => entry.Key != key);
        var entry = new Entry(key, value, now);
        if (others.Length < _capacity)
            return new Outcome(With([.. others, entry]), null);
        var next = With([.. others.AsSpan(1), entry]).Counted(Counts with { Evictions = Counts.Evictions + 1 });
        return new Outcome(next, null, others[0]);
    }

    public Outcome Take(string key)
    {
        var left = Array.FindAll(_entries, entry => entry.Key != key);
        return new Outcome(Without(key, out _).With(left), left.Length < _entries.Length);
    }

    /// <returns>The value, or the flight that brings it.</returns>
    public Outcome GetOrJoin(Flight made)
    {
        var read = Get(made.Key);
        if (read.Answer is not null)
            return read;
        var flight = Array.Find(_seats, seat => seat.Flight.Key == made.Key && seat.IsStored)?.Flight ?? made;
        return new Outcome(read.Table.Seated([.. _seats, new Seat(flight, IsStored: true)]), flight);
    }

    /// <returns>Whether nobody waits for the flight any more.</returns>
    public Outcome Leave(Flight flight)
    {
        var place = Array.FindIndex(_seats, seat => seat.Flight == flight);
        if (place < 0)
            return new Outcome(this, false);
        var next = Seated([.. _seats.AsSpan(0, place), .. _seats.AsSpan(place + 1)]);
        return new Outcome(next, !Array.Exists(next._seats, seat => seat.Flight == flight));
    }

    /// <summary>Flights for a key go on, but what they bring is not stored.</summary>
    public Table Without(string key, out bool wasCurrent)
    {
        wasCurrent = Array.Exists(_seats, seat => seat.Flight.Key == key && seat.IsStored);
        return wasCurrent ? Seated(Array.ConvertAll(_seats, seat => seat.Flight.Key == key ? seat with { IsStored = false } : seat)) : this;
    }

    /// <summary>A flight is over.</summary>
    public Table Without(Flight flight, out bool wasCurrent)
    {
        wasCurrent = Array.Exists(_seats, seat => seat.Flight == flight && seat.IsStored);
        return Seated(Array.FindAll(_seats, seat => seat.Flight != flight));
    }

    private Table With(Entry[] entries) => new(this, entries, _seats, Counts, Now);

    private Table Seated(Seat[] seats) => new(this, _entries, seats, Counts, Now);

    private Table Counted(CacheCounts counts) => new(this, _entries, _seats, counts, Now);

    // One for each caller who waits.
    private sealed record Seat(Flight Flight, bool IsStored);
}

/// <summary>A value and when it was set.</summary>
internal sealed record Entry(string Key, string Value, long SetAt);
