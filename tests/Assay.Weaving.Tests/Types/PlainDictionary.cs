// Reads of a dictionary without the lock its writers take.
public class PlainDictionary
{
    private readonly object _gate = new();
    private readonly Dictionary<int, int> _items = new();
    public void Put(int key, int value) { lock (_gate) _items[key] = value; }
    public int Get(int key) => _items.TryGetValue(key, out var value) ? value : 0;
}

public class PlainDictionaryFixed
{
    private readonly object _gate = new();
    private readonly Dictionary<int, int> _items = new();
    public void Put(int key, int value) { lock (_gate) _items[key] = value; }
    public int Get(int key) { lock (_gate) return _items.TryGetValue(key, out var value) ? value : 0; }
}
