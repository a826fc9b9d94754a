// Two methods guard one field with two locks.
public class WrongLock
{
    private readonly object _first = new(), _second = new();
    private int _value;
    public void Up() { lock (_first) _value++; }
    public void Down() { lock (_second) _value--; }
    public int Value { get { lock (_first) return _value; } }
}

public class WrongLockFixed
{
    private readonly object _first = new();
    private int _value;
    public void Up() { lock (_first) _value++; }
    public void Down() { lock (_first) _value--; }
    public int Value { get { lock (_first) return _value; } }
}
