// The object locked on is replaced while others hold it.
public class ReplacedLock
{
    private object _gate = new();
    private int _value;
    public int Add() { lock (_gate) { _gate = new object(); var seen = _value; _value = seen + 1; return seen; } }
}

public class ReplacedLockFixed
{
    private readonly object _gate = new();
    private int _value;
    public int Add() { lock (_gate) { var seen = _value; _value = seen + 1; return seen; } }
}
