namespace Shop.Domain;

/// <summary>The desk where customers pick up their orders; one clerk serves one customer at a time.</summary>
public sealed class PickupDesk
{
    private readonly object _gate = new();
    private readonly ReaderWriterLockSlim _shelves = new();
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _opened = new();
    private int _served;

    public event EventHandler? Served;

    public Task Opened => _opened.Task;

    public void Open() => _opened.TrySetResult();

    public void Serve()
    {
        lock (_gate)
        {
            _served++;
            Thread.Sleep(TimeSpan.FromMilliseconds(_served));
        }
    }

    public void Finish()
    {
        lock (_gate)
        {
            _served--;
            Served?.Invoke(this, EventArgs.Empty);
        }
    }

    public int PlaceOf(string order, int free)
    {
        _shelves.EnterReadLock();
        try
        {
            _places[order] = free;
            return _places.Count;
        }
        finally
        {
            _shelves.ExitReadLock();
        }
    }
}
