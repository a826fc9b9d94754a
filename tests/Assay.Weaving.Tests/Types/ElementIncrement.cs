// An element is counted up by two at once.
public class ElementIncrement
{
    private readonly int[] _counts = new int[2];
    public void Add() => _counts[0]++;
    public int Count => Volatile.Read(ref _counts[0]);
}

public class ElementIncrementFixed
{
    private readonly int[] _counts = new int[2];
    public void Add() => Interlocked.Increment(ref _counts[0]);
    public int Count => Volatile.Read(ref _counts[0]);
}
