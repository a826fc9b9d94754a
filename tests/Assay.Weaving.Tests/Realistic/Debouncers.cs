// A version a call: the work runs after a while, if no later call came.
public sealed class VersionDebouncer
{
    private int _version;
    private int _fired;

    public int Fired => Volatile.Read(ref _fired);

    public void Signal()
    {
        var mine = Interlocked.Increment(ref _version);
        _ = FireAsync(mine);
    }

    private async Task FireAsync(int mine)
    {
        await Task.Delay(100);
        if (Volatile.Read(ref _version) == mine)
            Interlocked.Increment(ref _fired);
    }
}

// Two calls get one version, and both fire.
public sealed class VersionDebouncerBad
{
    private volatile int _version;
    private int _fired;

    public int Fired => Volatile.Read(ref _fired);

    public void Signal()
    {
        var mine = _version + 1;
        _version = mine;
        _ = FireAsync(mine);
    }

    private async Task FireAsync(int mine)
    {
        await Task.Delay(100);
        if (_version == mine)
            Interlocked.Increment(ref _fired);
    }
}

// A source a call: the one before is cancelled, under a lock.
public sealed class SourceDebouncer : IDisposable
{
    private readonly object _gate = new();
    private CancellationTokenSource? _pending;
    private int _last;
    private int _runs;

    public int Last
    {
        get { lock (_gate) return _last; }
    }

    public int Runs
    {
        get { lock (_gate) return _runs; }
    }

    public void Post(int value)
    {
        var source = new CancellationTokenSource();
        lock (_gate)
        {
            _pending?.Cancel();
            _pending = source;
        }

        _ = RunAsync(value, source);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _pending?.Cancel();
            _pending = null;
        }
    }

    private async Task RunAsync(int value, CancellationTokenSource source)
    {
        try
        {
            await Task.Delay(50, source.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        lock (_gate)
        {
            if (source.IsCancellationRequested) return;
            _last = value;
            _runs++;
        }
    }
}

// The source before is cancelled without a lock: two calls may cancel the same one, and both run.
public sealed class SourceDebouncerBad
{
    private CancellationTokenSource? _pending;
    private int _runs;

    public int Runs => Volatile.Read(ref _runs);

    public void Post()
    {
        _pending?.Cancel();
        var source = new CancellationTokenSource();
        _pending = source;
        _ = RunAsync(source.Token);
    }

    private async Task RunAsync(CancellationToken token)
    {
        try
        {
            await Task.Delay(50, token);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        Interlocked.Increment(ref _runs);
    }
}

// A timer that each call sets anew; the values since the last flush are handed on together.
public sealed class TimerDebouncer : IDisposable
{
    private readonly object _gate = new();
    private readonly Timer _timer;
    private readonly List<int> _pending = [];
    private int _flushed;
    private int _batches;

    public TimerDebouncer() => _timer = new Timer(_ => Flush(), null, Timeout.Infinite, Timeout.Infinite);

    public int Flushed
    {
        get { lock (_gate) return _flushed; }
    }

    public int Batches
    {
        get { lock (_gate) return _batches; }
    }

    public void Add(int value)
    {
        lock (_gate)
        {
            _pending.Add(value);
            _timer.Change(200, Timeout.Infinite);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Flush()
    {
        lock (_gate)
        {
            if (_pending.Count == 0) return;
            _flushed += _pending.Count;
            _batches++;
            _pending.Clear();
        }
    }
}

// What comes between the copy and the clearing is lost.
public sealed class TimerDebouncerBad : IDisposable
{
    private readonly object _gate = new();
    private readonly Timer _timer;
    private readonly List<int> _pending = [];
    private int _flushed;

    public TimerDebouncerBad() => _timer = new Timer(_ => Flush(), null, Timeout.Infinite, Timeout.Infinite);

    public int Flushed
    {
        get { lock (_gate) return _flushed; }
    }

    public int Pending
    {
        get { lock (_gate) return _pending.Count; }
    }

    public void Add(int value)
    {
        lock (_gate) _pending.Add(value);
        _timer.Change(200, Timeout.Infinite);
    }

    public void Dispose() => _timer.Dispose();

    private void Flush()
    {
        int count;
        lock (_gate) count = _pending.Count;
        lock (_gate)
        {
            _flushed += count;
            _pending.Clear();
        }
    }
}
