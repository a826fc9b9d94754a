// A timer counts up; a callback under way when it is disposed of still counts.
public sealed class Heartbeat : IDisposable
{
    private readonly Timer _timer;
    private int _beats;

    public Heartbeat() => _timer = new Timer(_ => Interlocked.Increment(ref _beats), null, 1000, 1000);

    public int Beats => Volatile.Read(ref _beats);

    public void Dispose() => _timer.Dispose();
}

// The timer and its callers change the count without a lock.
public sealed class HeartbeatBad : IDisposable
{
    private readonly Timer _timer;
    private int _beats;

    public HeartbeatBad() => _timer = new Timer(_ => _beats++, null, 1000, 1000);

    public int Beats => Volatile.Read(ref _beats);

    public void Beat() => _beats++;

    public void Dispose() => _timer.Dispose();
}

// A timer that is made and stopped under a lock, with two counters read one by one.
public sealed class Poller
{
    private readonly object _gate = new();
    private Timer? _timer;
    private int _polls;
    private int _starts;

    public int Polls
    {
        get { lock (_gate) return _polls; }
    }

    public int Starts
    {
        get { lock (_gate) return _starts; }
    }

    public bool Start()
    {
        lock (_gate)
        {
            if (_timer is not null) return false;
            _starts++;
            _timer = new Timer(_ => Poll(), null, 0, 500);
            return true;
        }
    }

    public bool Stop()
    {
        lock (_gate)
        {
            if (_timer is null) return false;
            _timer.Dispose();
            _timer = null;
            return true;
        }
    }

    private void Poll()
    {
        lock (_gate) _polls++;
    }
}

// Two stops at once both tell that it was they who stopped it.
public sealed class PollerBad
{
    private Timer? _timer;
    private int _polls;

    public int Polls => Volatile.Read(ref _polls);

    public bool Start()
    {
        var timer = new Timer(_ => Interlocked.Increment(ref _polls), null, 0, 500);
        if (Interlocked.CompareExchange(ref _timer, timer, null) is null) return true;
        timer.Dispose();
        return false;
    }

    public bool Stop()
    {
        if (_timer is not { } timer) return false;
        timer.Dispose();
        _timer = null;
        return true;
    }
}

// A loop around a periodic timer, whose end is awaited.
public sealed class Ticker : IAsyncDisposable
{
    private readonly PeriodicTimer _timer = new(TimeSpan.FromSeconds(1));
    private readonly Task _loop;
    private long _ticks;
    private long _bonus;

    public Ticker() => _loop = RunAsync();

    public long Ticks => Interlocked.Read(ref _ticks);

    public long Bonus => Interlocked.Read(ref _bonus);

    public void Reward() => Interlocked.Increment(ref _bonus);

    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _loop;
    }

    private async Task RunAsync()
    {
        while (await _timer.WaitForNextTickAsync())
            Interlocked.Increment(ref _ticks);
    }
}

// The loop puts the count back that it has read, and a reward between is lost.
public sealed class TickerBad : IAsyncDisposable
{
    private readonly PeriodicTimer _timer = new(TimeSpan.FromSeconds(1));
    private readonly Task _loop;
    private long _ticks;

    public TickerBad() => _loop = RunAsync();

    public long Ticks => Interlocked.Read(ref _ticks);

    public void Reward() => Interlocked.Add(ref _ticks, 10);

    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _loop;
    }

    private async Task RunAsync()
    {
        while (await _timer.WaitForNextTickAsync())
        {
            var before = Interlocked.Read(ref _ticks);
            Interlocked.Exchange(ref _ticks, before + 1);
        }
    }
}
