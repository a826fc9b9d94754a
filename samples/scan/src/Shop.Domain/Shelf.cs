namespace Shop.Domain;

/// <summary>Names the lock that guards a member.</summary>
[AttributeUsage(AttributeTargets.Field)]
internal sealed class GuardedByAttribute(string guard) : Attribute
{
    public string Guard { get; } = guard;
}

/// <summary>The units of one article on a shelf, and the orders that wait for more of it.</summary>
public sealed class Shelf
{
    private readonly Lock _gate = new();
    private readonly Lock _audit = new();
    private readonly List<string> _waiting = [];
    private int _units;
    private int _counted;

    [GuardedBy(nameof(_gate))]
    private int _damaged;

    public void Wait(string order)
    {
        lock (_gate)
        {
            _waiting.Add(order);
        }
    }

    public bool Leave(string order)
    {
        lock (_gate)
        {
            return _waiting.Remove(order);
        }
    }

    public IReadOnlyList<string> Waiting()
    {
        lock (_gate)
        {
            return _waiting;
        }
    }

    public void Receive(int units)
    {
        lock (_gate)
        {
            _units += units;
            _counted++;
        }
    }

    public void Halve()
    {
        int before;
        lock (_gate)
        {
            before = _units;
        }

        lock (_gate)
        {
            _units = before / 2;
            _counted++;
        }
    }

    public void Audit()
    {
        lock (_audit)
        {
            _counted++;
        }
    }

    public void Break(int units)
    {
        _damaged += units;
    }
}
