// A list is enumerated while another thread adds.
public class EnumerateWhileAdding
{
    private readonly List<int> _items = [1, 2];
    private int _seen;
    public void Add(int item) { lock (_items) _items.Add(item); }
    public int Sum() { foreach (var item in _items) _seen += item; return _seen > 0 ? 1 : 0; }
}

public class EnumerateWhileAddingFixed
{
    private readonly List<int> _items = [1, 2];
    public void Add(int item) { lock (_items) _items.Add(item); }
    public int Sum() { lock (_items) { var sum = 0; foreach (var item in _items) sum += item; return sum; } }
}
