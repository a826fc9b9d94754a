// Two words are written under a lock and read without: one of each value is seen.
public class TornPair
{
    private readonly object _gate = new();
    private (long Low, long High) _range;
    public void Move(int to)
    {
        lock (_gate) _range = (to, to + 10);
    }
    public (long Low, long High) Range => _range;
}

public class TornPairFixed
{
    private sealed record Bounds(long Low, long High);
    private volatile Bounds _range = new(0, 0);
    public void Move(int to) => _range = new Bounds(to, to + 10);
    public (long Low, long High) Range
    {
        get
        {
            var range = _range;
            return (range.Low, range.High);
        }
    }
}
