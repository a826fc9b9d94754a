public class BoundedBuffer<T>
{
    private readonly object _sync = new();
    private readonly T[] _items;
    private int _head, _tail, _count;

    public BoundedBuffer(int capacity) => _items = new T[capacity];

    public void Put(T item)
    {
        Monitor.Enter(_sync);
        try
        {
            while (_count == _items.Length)
                Monitor.Wait(_sync);
            _items[_tail] = item;
            _tail = (_tail + 1) % _items.Length;
            _count++;
            Monitor.PulseAll(_sync);
        }
        finally { Monitor.Exit(_sync); }
    }

    public T Take()
    {
        lock (_sync)
        {
            while (_count == 0)
                Monitor.Wait(_sync);
            var item = _items[_head];
            _head = (_head + 1) % _items.Length;
            _count--;
            Monitor.PulseAll(_sync);
            return item;
        }
    }

    public bool TryTake(out T? item)
    {
        lock (_sync)
        {
            if (_count == 0) { item = default; return false; }
            item = Take();
            return true;
        }
    }
}

public class BoundedBufferBad<T>
{
    private readonly object _sync = new();
    private readonly T[] _items;
    private int _head, _tail, _count;

    public BoundedBufferBad(int capacity) => _items = new T[capacity];

    public void Put(T item)
    {
        lock (_sync)
        {
            if (_count == _items.Length)
                Monitor.Wait(_sync);
            _items[_tail] = item;
            _tail = (_tail + 1) % _items.Length;
            _count++;
            Monitor.Pulse(_sync);
        }
    }

    public T Take()
    {
        lock (_sync)
        {
            if (_count == 0)
                Monitor.Wait(_sync);
            var item = _items[_head];
            _head = (_head + 1) % _items.Length;
            _count--;
            Monitor.Pulse(_sync);
            return item;
        }
    }
}
