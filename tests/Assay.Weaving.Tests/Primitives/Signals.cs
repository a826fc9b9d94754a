// SemaphoreSlim
public class Uploads
{
    private readonly SemaphoreSlim _slot = new(1, 1);
    private int _sent;
    public async Task<int> Send()
    {
        await _slot.WaitAsync();
        try { return ++_sent; }
        finally { _slot.Release(); }
    }
}

public class UploadsBad
{
    private readonly SemaphoreSlim _slot = new(2, 2);
    private int _sent;
    public async Task<int> Send()
    {
        await _slot.WaitAsync();
        try { return ++_sent; }
        finally { _slot.Release(); }
    }
}

// ManualResetEventSlim
public class Starter
{
    private readonly ManualResetEventSlim _started = new();
    private int _port;
    public void Start(int port) { if (Interlocked.CompareExchange(ref _port, port, 0) == 0) _started.Set(); }
    public bool HasPort() { _started.Wait(); return Volatile.Read(ref _port) != 0; }
}

public class StarterBad
{
    private readonly ManualResetEventSlim _started = new();
    private int _port;
    public void Start(int port) { _started.Set(); Volatile.Write(ref _port, 8000 + port); }
    public bool HasPort() { _started.Wait(); return Volatile.Read(ref _port) != 0; }
}

// Barrier
public class Halves
{
    public int Sum(int left, int right)
    {
        int first = 0, total = 0;
        using var meeting = new Barrier(2, _ => total = first);
        var other = Task.Run(() => { Interlocked.Add(ref first, left); meeting.SignalAndWait(); });
        Interlocked.Add(ref first, right);
        meeting.SignalAndWait();
        other.Wait();
        return total;
    }
}

public class HalvesBad
{
    public int Sum(int left, int right)
    {
        int first = 0, total = 0;
        using var meeting = new Barrier(1, _ => total = first);
        var other = Task.Run(() => Interlocked.Add(ref first, left));
        Interlocked.Add(ref first, right);
        meeting.SignalAndWait();
        other.Wait();
        return total;
    }
}

// CountdownEvent
public class Gather
{
    public int All(int parts)
    {
        var count = parts % 2 + 1;
        using var left = new CountdownEvent(count);
        var sum = 0;
        for (var part = 0; part < count; part++)
            ThreadPool.QueueUserWorkItem(_ => { Interlocked.Increment(ref sum); left.Signal(); });
        left.Wait();
        return sum - count;
    }
}

public class GatherBad
{
    public int All(int parts)
    {
        using var left = new CountdownEvent(2);
        var sum = 0;
        for (var part = 0; part < 2; part++)
            ThreadPool.QueueUserWorkItem(_ => { left.Signal(); Interlocked.Increment(ref sum); });
        left.Wait();
        return sum;
    }
}

// CancellationTokenSource
public class Job
{
    private readonly CancellationTokenSource _stop = new();
    private int _started;
    public void Stop() => _stop.Cancel();
    public int Start() => _stop.Token.IsCancellationRequested ? 0 : Interlocked.Increment(ref _started);
}

public class JobBad
{
    private CancellationTokenSource? _stop;
    private int _started;
    public void Restart()
    {
        _stop?.Cancel();
        _stop?.Dispose();
        _stop = new CancellationTokenSource();
        Interlocked.Increment(ref _started);
    }
    public int Started => Volatile.Read(ref _started);
}

// Lazy that one makes
public class Config
{
    private static int s_reads;
    private readonly Lazy<int> _all = new(() => Interlocked.Increment(ref s_reads));
    public int Read() => _all.Value;
    public int Reads => _all.Value > 0 ? Volatile.Read(ref s_reads) : 0;
}

public class ConfigBad
{
    private static int s_reads;
    private Lazy<int> _all = new(() => Interlocked.Increment(ref s_reads));
    public int Read() => _all.Value;
    public int Reload() { _all = new Lazy<int>(() => Interlocked.Increment(ref s_reads)); return _all.Value; }
}

// Lazy that the first makes
public class Banner
{
    private readonly Lazy<string> _text = new(() => new string('-', 3), LazyThreadSafetyMode.PublicationOnly);
    public string Text() => _text.Value;
}

public class BannerBad
{
    private int _made;
    private readonly Lazy<string> _text;
    public BannerBad() => _text = new(() => $"made {++_made} times", LazyThreadSafetyMode.PublicationOnly);
    public string Text() => $"{_text.Value}, {_made}";
}

// Lazy without a lock
public class Draft
{
    private readonly object _gate = new();
    private readonly Lazy<string> _text = new(() => "draft", LazyThreadSafetyMode.None);
    public string Text() { lock (_gate) return _text.Value; }
}

public class DraftBad
{
    private int _made;
    private readonly Lazy<string> _text;
    public DraftBad() => _text = new(() => { _made++; return "draft"; }, isThreadSafe: false);
    public string Text() => _text.Value;
}
