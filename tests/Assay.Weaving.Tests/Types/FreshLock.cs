// Every call locks an object of its own.
public class FreshLock
{
    private int _value;
    public void Add() { lock (new object()) _value++; }
    public int Value => _value;
}

public class FreshLockFixed
{
    private readonly Lock _gate = new();
    private int _value;
    public void Add() { lock (_gate) _value++; }
    public int Value { get { lock (_gate) return _value; } }
}
