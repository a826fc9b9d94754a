// The second phase begins before everybody has ended the first.
public class NoBarrierBetween
{
    private readonly int[] _parts = new int[2];
    private readonly int[] _sums = new int[2];
    public int Run()
    {
        Parallel.Invoke(() => Work(0), () => Work(1));
        return _sums[0] + _sums[1];
    }
    private void Work(int part)
    {
        _parts[part] = 1;
        _sums[part] = _parts[0] + _parts[1];
    }
}

public class NoBarrierBetweenFixed
{
    public int Run()
    {
        var (parts, sums, barrier) = (new int[2], new int[2], new Barrier(2));
        Parallel.Invoke(() => Work(0), () => Work(1));
        return sums[0] + sums[1];

        void Work(int part)
        {
            parts[part] = 1;
            barrier.SignalAndWait();
            sums[part] = parts[0] + parts[1];
        }
    }
}
