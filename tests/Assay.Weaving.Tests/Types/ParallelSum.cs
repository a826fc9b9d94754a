// The bodies of a parallel loop add to one variable.
public class ParallelSum
{
    public int Sum()
    {
        var sum = 0;
        Parallel.For(0, 3, index => sum += index + 1);
        return sum;
    }
    public void Nothing() { }
}

public class ParallelSumFixed
{
    public int Sum()
    {
        var sum = 0;
        Parallel.For(0, 3, index => Interlocked.Add(ref sum, index + 1));
        return sum;
    }
    public void Nothing() { }
}
