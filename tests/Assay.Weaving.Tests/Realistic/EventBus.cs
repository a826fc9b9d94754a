public sealed class EventBus
{
    private Action<string>? _handlers;
    private readonly ConcurrentDictionary<string, int> _counts = new();

    public event Action<string> Raised
    {
        add
        {
            Action<string>? seen, next;
            do
            {
                seen = _handlers;
                next = (Action<string>?)Delegate.Combine(seen, value);
            }
            while (Interlocked.CompareExchange(ref _handlers, next, seen) != seen);
        }
        remove
        {
            Action<string>? seen, next;
            do
            {
                seen = _handlers;
                next = (Action<string>?)Delegate.Remove(seen, value);
            }
            while (Interlocked.CompareExchange(ref _handlers, next, seen) != seen);
        }
    }

    public event EventHandler? Closed;

    public void Publish(string topic)
    {
        _counts.AddOrUpdate(topic, 1, static (_, count) => count + 1);
        _handlers?.Invoke(topic);
    }

    public int CountOf(string topic) => _counts.TryGetValue(topic, out var count) ? count : 0;

    public void Close() => Closed?.Invoke(this, EventArgs.Empty);
}

public sealed class EventBusBad
{
    private Action<string>? _handlers;
    private readonly ConcurrentDictionary<string, int> _counts = new();

    public event Action<string> Raised
    {
        add => _handlers += value;
        remove => _handlers -= value;
    }

    public int Subscribers => _handlers?.GetInvocationList().Length ?? 0;

    public void Publish(string topic)
    {
        if (_counts.TryGetValue(topic, out var count))
            _counts[topic] = count + 1;
        else
            _counts[topic] = 1;
        _handlers?.Invoke(topic);
    }

    public int CountOf(string topic) => _counts.GetValueOrDefault(topic);
}
