// A thread that polls, drains what there is, and is joined.
public sealed class PollingLogger : IDisposable
{
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly Thread _writer;
    private volatile bool _stops;
    private int _written;

    public PollingLogger()
    {
        _writer = new Thread(Write) { IsBackground = true };
        _writer.Start();
    }

    public int Written => Volatile.Read(ref _written);

    public void Log(string line) => _lines.Enqueue(line);

    public void Dispose()
    {
        _stops = true;
        _writer.Join();
    }

    private void Write()
    {
        while (!_stops)
        {
            while (_lines.TryDequeue(out _))
                Interlocked.Increment(ref _written);
            Thread.Yield();
        }
    }
}

// The count is changed without a lock by the thread and by whoever flushes.
public sealed class PollingLoggerBad : IDisposable
{
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly Thread _writer;
    private volatile bool _stops;
    private int _written;

    public PollingLoggerBad()
    {
        _writer = new Thread(Write) { IsBackground = true };
        _writer.Start();
    }

    public int Written => Volatile.Read(ref _written);

    public void Log(string line) => _lines.Enqueue(line);

    public void Flush()
    {
        while (_lines.TryDequeue(out _))
            _written++;
    }

    public void Dispose()
    {
        _stops = true;
        _writer.Join();
    }

    private void Write()
    {
        while (!_stops)
        {
            while (_lines.TryDequeue(out _))
                _written++;
            Thread.Yield();
        }
    }
}

// A task that looks every few milliseconds, and takes what is left when it is told to stop.
public sealed class PollingSum : IAsyncDisposable
{
    private readonly Queue<int> _items = new();
    private readonly object _gate = new();
    private readonly Task _loop;
    private volatile bool _stops;
    private long _sum;

    public PollingSum() => _loop = Task.Run(RunAsync);

    public long Sum
    {
        get { lock (_gate) return _sum; }
    }

    public void Add(int item)
    {
        lock (_gate) _items.Enqueue(item);
    }

    public async ValueTask DisposeAsync()
    {
        _stops = true;
        await _loop;
    }

    private async Task RunAsync()
    {
        while (!_stops)
        {
            Drain();
            await Task.Delay(10);
        }

        Drain();
    }

    private void Drain()
    {
        lock (_gate)
        {
            while (_items.TryDequeue(out var item))
                _sum += item;
        }
    }
}

// The items are taken under the lock and summed outside of it, by the loop and by whoever drains.
public sealed class PollingSumBad : IAsyncDisposable
{
    private readonly Queue<int> _items = new();
    private readonly object _gate = new();
    private readonly Task _loop;
    private volatile bool _stops;
    private long _sum;

    public PollingSumBad() => _loop = Task.Run(RunAsync);

    public long Sum => Volatile.Read(ref _sum);

    public bool Add(int item)
    {
        lock (_gate)
        {
            if (_stops) return false;
            _items.Enqueue(item);
            return true;
        }
    }

    public void Drain()
    {
        var taken = 0;
        lock (_gate)
        {
            while (_items.TryDequeue(out var item))
                taken += item;
        }

        _sum += taken;
    }

    public async ValueTask DisposeAsync()
    {
        _stops = true;
        await _loop;
    }

    private async Task RunAsync()
    {
        while (!_stops)
        {
            Drain();
            await Task.Delay(10);
        }
    }
}

// A thread that sleeps between two looks and spins a little before; it is started and stopped again and again.
public sealed class PollingPump
{
    private readonly object _gate = new();
    private readonly ConcurrentQueue<int> _input = new();
    private readonly ConcurrentQueue<int> _output = new();
    private Thread? _thread;
    private volatile bool _runs;

    public bool IsRunning => _runs;

    public int Done => _output.Count;

    public void Push(int item) => _input.Enqueue(item);

    public void Start()
    {
        lock (_gate)
        {
            if (_runs) return;
            _runs = true;
            _thread = new Thread(Loop) { IsBackground = true };
            _thread.Start();
        }
    }

    public void Stop()
    {
        lock (_gate)
        {
            if (!_runs) return;
            _runs = false;
            _thread!.Join();
        }
    }

    private void Loop()
    {
        var spinner = new SpinWait();
        while (_runs)
        {
            if (_input.TryDequeue(out var item))
            {
                _output.Enqueue(item * 2);
                spinner.Reset();
            }
            else
            {
                Thread.Sleep(1);
            }
        }
    }
}

// Two starts at once make two threads, of which a stop joins one.
public sealed class PollingPumpBad
{
    private readonly ConcurrentQueue<int> _input = new();
    private readonly ConcurrentQueue<int> _output = new();
    private Thread? _thread;
    private volatile bool _runs;
    private int _started;

    public bool IsRunning => _runs;

    public int Started => _started;

    public int Done => _output.Count;

    public void Push(int item) => _input.Enqueue(item);

    public void Start()
    {
        if (_runs) return;
        _runs = true;
        _started++;
        _thread = new Thread(Loop) { IsBackground = true };
        _thread.Start();
    }

    public void Stop()
    {
        if (!_runs) return;
        _runs = false;
        _thread?.Join();
    }

    private void Loop()
    {
        while (_runs)
        {
            if (_input.TryDequeue(out var item))
                _output.Enqueue(item * 2);
            else
                Thread.SpinWait(20);
        }
    }
}

// The thread adds up what it takes and writes the total at the end: what was credited meanwhile is gone.
public sealed class PollingTotalBad
{
    private readonly ConcurrentQueue<int> _input = new();
    private volatile bool _stops;
    private long _total;

    public PollingTotalBad() => new Thread(Add) { IsBackground = true }.Start();

    public long Total => Interlocked.Read(ref _total);

    public void Put(int item) => _input.Enqueue(item);

    public void Credit(int amount) => Interlocked.Add(ref _total, amount);

    public void Stop() => _stops = true;

    private void Add()
    {
        while (!_stops)
        {
            if (_input.IsEmpty)
            {
                Thread.Yield();
                continue;
            }

            var total = Volatile.Read(ref _total);
            while (_input.TryDequeue(out var item))
                total += item;
            Volatile.Write(ref _total, total);
        }
    }
}
