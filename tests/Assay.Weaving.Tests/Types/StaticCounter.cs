// A static counter without a lock.
public class StaticCounter
{
    private static int s_next;
    public int Next() => ++s_next;
}

public class StaticCounterFixed
{
    private static int s_next;
    public int Next() => Interlocked.Increment(ref s_next);
}
