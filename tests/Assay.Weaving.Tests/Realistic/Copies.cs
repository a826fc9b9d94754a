public class Roster
{
    private readonly object _gate = new();
    private readonly List<string> _names = [];

    public Roster()
    {
    }

    public Roster(Roster other)
    {
        lock (other._gate)
            _names.AddRange(other._names);
    }

    public void Add(string name)
    {
        lock (_gate)
            _names.Add(name);
    }
}

public class RosterBad
{
    private readonly object _gate = new();
    private readonly List<string> _names = [];

    public RosterBad()
    {
    }

    public RosterBad(RosterBad other)
    {
        foreach (var name in other._names)
            _names.Add(name);
    }

    public void Add(string name)
    {
        lock (_gate)
            _names.Add(name);
    }
}

public class Balance
{
    private readonly Lock _gate = new();
    private int _cash;
    private int _credit;

    public Balance()
    {
    }

    public Balance(Balance other)
    {
        lock (other._gate)
            (_cash, _credit) = (other._cash, other._credit);
    }

    public void Move(int amount)
    {
        lock (_gate)
        {
            _cash -= amount;
            _credit += amount;
        }
    }
}

// A copy may hold one half of a move and not the other.
public class BalanceBad
{
    private readonly Lock _gate = new();
    private int _cash;
    private int _credit;

    public BalanceBad()
    {
    }

    public BalanceBad(BalanceBad other) => (_cash, _credit) = (other._cash, other._credit);

    public void Move(int amount)
    {
        lock (_gate)
        {
            _cash -= amount;
            _credit += amount;
        }
    }
}

public class Extent
{
    private readonly object _gate = new();
    private int _from;
    private int _to;

    public static Extent Of(Extent other)
    {
        lock (other._gate)
            return new Extent { _from = other._from, _to = other._to };
    }

    public void Shift(int by)
    {
        lock (_gate)
        {
            _from += by;
            _to += by;
        }
    }
}

public class ExtentBad
{
    private readonly object _gate = new();
    private int _from;
    private int _to;

    public static ExtentBad Of(ExtentBad other) => new() { _from = other._from, _to = other._to };

    public void Shift(int by)
    {
        lock (_gate)
        {
            _from += by;
            _to += by;
        }
    }
}

// Each copy has a number of its own, by the order they are made in.
public class NumberedCopy
{
    private static int s_made;
    private readonly int _number = Interlocked.Increment(ref s_made);
    private volatile int _value;

    public NumberedCopy()
    {
    }

    public NumberedCopy(NumberedCopy other) => _value = other._value;

    public int Number => _number;

    public void Set(int value) => _value = value;
}
