// A copy is changed and put back over what others put meanwhile.
public class StaleSnapshot
{
    private volatile int[] _items = [];
    public void Add(int item)
    {
        var items = _items;
        var more = new int[items.Length + 1];
        items.CopyTo(more, 0);
        more[^1] = item;
        _items = more;
    }
    public int Count => _items.Length;
}

public class StaleSnapshotFixed
{
    private int[] _items = [];
    public void Add(int item)
    {
        int[] items, more;
        do
        {
            items = Volatile.Read(ref _items);
            more = new int[items.Length + 1];
            items.CopyTo(more, 0);
            more[^1] = item;
        }
        while (Interlocked.CompareExchange(ref _items, more, items) != items);
    }
    public int Count => Volatile.Read(ref _items).Length;
}
