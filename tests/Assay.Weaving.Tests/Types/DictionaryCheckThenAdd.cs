// ContainsKey and Add of a concurrent dictionary are two steps.
public class DictionaryCheckThenAdd
{
    private readonly ConcurrentDictionary<int, object> _items = new();
    public object Get(int key)
    {
        if (!_items.ContainsKey(key))
            _items[key] = new object();
        return _items[key];
    }
}

public class DictionaryCheckThenAddFixed
{
    private readonly ConcurrentDictionary<int, object> _items = new();
    public object Get(int key) => _items.GetOrAdd(key, static _ => new object());
}
