// A delegate field is checked for null and then called.
public class EventUnsubscribe
{
    private Action? _changed;
    private int _calls;
    private void Count() => Interlocked.Increment(ref _calls);
    public void Subscribe() => _changed = Count;
    public void Unsubscribe() => _changed = null;
    public void Raise() { if (_changed != null) _changed(); }
}

public class EventUnsubscribeFixed
{
    private Action? _changed;
    private int _calls;
    private void Count() => Interlocked.Increment(ref _calls);
    public void Subscribe() => _changed = Count;
    public void Unsubscribe() => _changed = null;
    public void Raise() => _changed?.Invoke();
}
