using System.Collections.Generic;
using Assay.Contracts;

namespace Candidate;

/// <summary>What the actor is asked, and its answer: whoever sees that it is handled sees the answer too.</summary>
internal abstract class Message
{
    private volatile bool _isHandled;

    public bool IsHandled => _isHandled;

    public void Handle(Shelves shelves)
    {
        Work(shelves);
        _isHandled = true;
    }

    protected abstract void Work(Shelves shelves);
}

internal sealed class Ask(string key) : Message
{
    public string? Value { get; private set; }

    protected override void Work(Shelves shelves) => Value = shelves.Find(key);
}

internal sealed class Put(string key, string value) : Message
{
    public (string Key, string Value)? Evicted { get; private set; }

    protected override void Work(Shelves shelves)
    {
        shelves.Loads.Remove(key);
        Evicted = shelves.Put(key, value);
    }
}

internal sealed class Take(string key) : Message
{
    public bool WasThere { get; private set; }

    protected override void Work(Shelves shelves)
    {
        shelves.Loads.Remove(key);
        WasThere = shelves.Take(key);
    }
}

internal sealed class Report : Message
{
    public int Count { get; private set; }

    public CacheCounts Counts { get; private set; }

    protected override void Work(Shelves shelves) => (Count, Counts) = (shelves.Count, shelves.Counts);
}

/// <summary>Somebody wants a value, loaded if need be.</summary>
internal sealed class Join(string key, Caller caller) : Message
{
    public string? Value { get; private set; }

    public Load? Load { get; private set; }

    public bool Begins { get; private set; }

    protected override void Work(Shelves shelves)
    {
        Value = shelves.Find(key);
        if (Value is not null)
            return;
        Begins = !shelves.Loads.TryGetValue(key, out var load);
        if (Begins)
            shelves.Loads.Add(key, load = new Load(key));
        Load = load;
        load!.Callers.Add(caller);
    }
}

/// <summary>A caller does not want to wait any more.</summary>
internal sealed class Leave(Load load, Caller caller) : Message
{
    public bool HasLeft { get; private set; }

    public bool IsLast { get; private set; }

    protected override void Work(Shelves shelves)
    {
        HasLeft = load.Callers.Remove(caller);
        IsLast = HasLeft && load.Callers.Count == 0;
        if (IsLast)
            shelves.IsCurrent(load, remove: true);
    }
}

/// <summary>A loader has ended: with a value, or without one.</summary>
internal sealed class End(Load load, string? value) : Message
{
    public IReadOnlyList<Caller> Callers { get; private set; } = [];

    public (string Key, string Value)? Evicted { get; private set; }

    protected override void Work(Shelves shelves)
    {
        // Nobody joins what is not noted, and nobody leaves what has no callers.
        var isCurrent = shelves.IsCurrent(load, remove: true);
        Callers = load.Callers.ToArray();
        load.Callers.Clear();
        if (isCurrent && value is not null)
            Evicted = shelves.Put(load.Key, value);
    }
}
