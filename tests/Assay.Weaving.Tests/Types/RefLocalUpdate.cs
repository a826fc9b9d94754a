// A field is changed through a reference to it.
public class RefLocalUpdate
{
    private int _count;
    public void Add()
    {
        ref var count = ref _count;
        count += 2;
        count -= 1;
    }
    public int Count => Volatile.Read(ref _count);
}

public class RefLocalUpdateFixed
{
    private int _count;
    public void Add()
    {
        ref var count = ref _count;
        Interlocked.Increment(ref count);
    }
    public int Count => Volatile.Read(ref _count);
}
