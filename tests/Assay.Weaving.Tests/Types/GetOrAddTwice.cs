// The factory of GetOrAdd may run twice.
public class GetOrAddTwice
{
    private readonly ConcurrentDictionary<int, int> _items = new();
    private int _made;
    public int Get(int key) => _items.GetOrAdd(key, _ => Interlocked.Increment(ref _made));
    public int Made => Volatile.Read(ref _made);
}

public class GetOrAddTwiceFixed
{
    private readonly ConcurrentDictionary<int, Lazy<int>> _items = new();
    private int _made;
    public bool Get(int key) => _items.GetOrAdd(key, _ => new Lazy<int>(() => Interlocked.Increment(ref _made))).Value > 0;
    public int Made => Volatile.Read(ref _made);
}
