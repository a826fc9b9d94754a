// A list is added to by two threads.
public class PlainListAdd
{
    private readonly List<int> _items = [];
    public void Add(int item) => _items.Add(item);
    public int Count => _items.Count;
}

public class PlainListAddFixed
{
    private readonly List<int> _items = [];
    public void Add(int item) { lock (_items) _items.Add(item); }
    public int Count { get { lock (_items) return _items.Count; } }
}
