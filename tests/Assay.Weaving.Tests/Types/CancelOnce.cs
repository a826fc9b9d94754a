// A token source is cancelled and replaced in two steps.
public class CancelOnce
{
    private CancellationTokenSource _source = new();
    private int _cancelled;
    public void Restart()
    {
        var old = _source;
        old.Cancel();
        if (old.IsCancellationRequested)
            _cancelled++;
        _source = new CancellationTokenSource();
    }
    public int Cancelled => _cancelled;
}

public class CancelOnceFixed
{
    private CancellationTokenSource _source = new();
    private int _cancelled;
    public void Restart()
    {
        var old = Interlocked.Exchange(ref _source, new CancellationTokenSource());
        old.Cancel();
        if (old.IsCancellationRequested)
            Interlocked.Increment(ref _cancelled);
    }
    public bool IsConsistent => Volatile.Read(ref _cancelled) >= 0;
}
