// Two increments read the same value and one is lost.
public class LostUpdate
{
    private int _value;
    public void Add() => _value++;
    public int Value => _value;
}

public class LostUpdateFixed
{
    private int _value;
    public void Add() => Interlocked.Increment(ref _value);
    public int Value => Volatile.Read(ref _value);
}
