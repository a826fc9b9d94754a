public class StartGate
{
    private readonly ManualResetEventSlim _open = new(false);
    private volatile string? _config;
    private int _starts;

    public void Start(string config)
    {
        if (Interlocked.Increment(ref _starts) > 1)
            return;
        _config = config;
        _open.Set();
    }

    public string Read()
    {
        _open.Wait();
        return _config!;
    }

    public bool TryRead(TimeSpan patience, out string? config)
    {
        var isOpen = _open.Wait(patience);
        config = isOpen ? _config : null;
        return isOpen;
    }
}

public class StartGateBad
{
    private readonly ManualResetEventSlim _open = new(false);
    private volatile string? _config;

    public void Start(string config)
    {
        _open.Set();
        _config = config;
    }

    public string Read()
    {
        _open.Wait();
        return _config!;
    }
}
