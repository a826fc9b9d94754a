// await
public class Rate
{
    private readonly SemaphoreSlim _gate = new(1);
    private int _value;
    public async Task<int> Next()
    {
        await _gate.WaitAsync();
        var value = _value;
        await Task.Yield();
        _value = value + 1;
        _gate.Release();
        return value;
    }
}

public class RateBad
{
    private int _value;
    public async Task<int> Next()
    {
        var value = _value;
        await Task.Yield();
        return _value = value + 1;
    }
}

// Task.Run
public class Tally
{
    public int Count(int rounds)
    {
        var count = 0;
        var one = Task.Run(() => Interlocked.Increment(ref count));
        var two = Task.Run(() => Interlocked.Increment(ref count));
        Task.WaitAll(one, two);
        return count;
    }
}

public class TallyBad
{
    public int Count(int rounds)
    {
        var count = 0;
        var one = Task.Run(() => { count++; });
        var two = Task.Run(() => { count++; });
        Task.WaitAll(one, two);
        return count;
    }
}

// TaskFactory.StartNew
public class Watch
{
    private int _ticks;
    public int Run() => Task.Factory.StartNew(() => Interlocked.Increment(ref _ticks), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Result;
}

public class WatchBad
{
    private int _ticks;
    public int Run() => Task.Factory.StartNew(() => ++_ticks, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Result;
}

// Task.WhenAll
public class Pages
{
    public async Task<int> Sum(int from) => (await Task.WhenAll(Read(from), Read(from + 1))).Sum();
    private static async Task<int> Read(int page) { await Task.Yield(); return page; }
}

public class PagesBad
{
    public async Task<int> Sum(int from)
    {
        var sum = 0;
        await Task.WhenAll(Read(from), Read(from + 1));
        return sum;
        async Task Read(int page) { var before = sum; await Task.Yield(); sum = before + page + 1; }
    }
}

// Task.WhenAny
public class Fastest
{
    public async Task<bool> Get(int key)
    {
        var (near, far) = (Ask(key), Ask(key));
        return await await Task.WhenAny(near, far) == key;
    }
    private static async Task<int> Ask(int key) { await Task.Yield(); return key; }
}

public class FastestBad
{
    private int _answer;
    public async Task<int> Get(int key)
    {
        var (near, far) = (Ask(1), Ask(2));
        await Task.WhenAny(near, far);
        return _answer;
    }
    private async Task Ask(int from) { await Task.Yield(); _answer = from; }
}

// Task.WhenEach
public class Results
{
    public async Task<int> Sum(int from)
    {
        var sum = 0;
        await foreach (var ended in Task.WhenEach(Read(from), Read(from + 1)))
            sum += await ended;
        return sum;
    }
    private static async Task<int> Read(int page) { await Task.Yield(); return page; }
}

public class ResultsBad
{
    public async Task<int> First(int from)
    {
        await foreach (var ended in Task.WhenEach(Read(1), Read(2)))
            return await ended;
        return 0;
    }
    private static async Task<int> Read(int page) { await Task.Yield(); return page; }
}

// Task.Delay
public class Retry
{
    private int _tries;
    public async Task<int> Try() { await Task.Delay(100); return Interlocked.Increment(ref _tries); }
}

public class RetryBad
{
    private int _tries;
    public async Task<int> Try() { var before = _tries; await Task.Delay(100); _tries = before + 1; return _tries; }
}

// TaskCompletionSource
public class Promise
{
    private readonly TaskCompletionSource<int> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    public bool Answer(int value) => _answer.TrySetResult(value);
    public async Task<int> Read() => await _answer.Task;
}

public class PromiseBad
{
    private readonly TaskCompletionSource<int> _answer = new();
    public bool Answer(int value) { if (_answer.Task.IsCompleted) return false; _answer.SetResult(value); return true; }
}

// Thread
public class Copier
{
    public int Copy(int value)
    {
        var copied = 0;
        var worker = new Thread(() => copied = value) { IsBackground = true };
        worker.Start();
        worker.Join();
        return copied;
    }
}

public class CopierBad
{
    public int Copy(int value)
    {
        var copied = 0;
        var worker = new Thread(() => Volatile.Write(ref copied, value + 1)) { IsBackground = true };
        worker.Start();
        worker.Join(0);
        return Volatile.Read(ref copied);
    }
}

// Timer
public class Pulse : IAsyncDisposable
{
    private readonly Timer _timer;
    private int _beats;
    public Pulse() => _timer = new Timer(_ => Interlocked.Increment(ref _beats), null, 1_000, Timeout.Infinite);
    public void Beat() => Interlocked.Increment(ref _beats);
    public int Beats => Volatile.Read(ref _beats);
    // When the timer has ended nobody else writes.
    public async ValueTask DisposeAsync() => await _timer.DisposeAsync();
}

public class PulseBad
{
    private readonly Timer _timer;
    private int _beats;
    public PulseBad() => _timer = new Timer(_ => _beats++, null, 1_000, 1_000);
    public void Beat() => _beats++;
    public int Beats => Volatile.Read(ref _beats);
}

// Timer of a using statement
public class Window
{
    public int Open(int seconds)
    {
        var rings = 0;
        using (var timer = new Timer(_ => Interlocked.Increment(ref rings), null, 1_000, 1_000))
            Thread.Sleep(500);
        return Volatile.Read(ref rings);
    }
}

public class WindowBad
{
    private int _rings;
    public int Open(int seconds)
    {
        using (var timer = new Timer(_ => _rings++, null, 1_000, 1_000))
            Thread.Sleep(1_500);
        return _rings;
    }
}

// Timers.Timer
public class Reminder
{
    private readonly System.Timers.Timer _timer = new(1_000) { AutoReset = false };
    private int _told;
    public Reminder() { _timer.Elapsed += (_, _) => Interlocked.Increment(ref _told); _timer.Start(); }
    public void Tell() => Interlocked.Increment(ref _told);
    public int Told => Volatile.Read(ref _told);
}

public class ReminderBad
{
    private readonly System.Timers.Timer _timer = new(1_000) { AutoReset = true };
    private int _told;
    public ReminderBad() { _timer.Elapsed += (_, _) => _told++; _timer.Enabled = true; }
    public void Tell() => _told++;
    public int Told => Volatile.Read(ref _told);
}

// Progress
public class Download
{
    public int Run(int parts)
    {
        var seen = 0;
        using var told = new CountdownEvent(2);
        IProgress<int> progress = new Progress<int>(part => { Interlocked.Add(ref seen, part); told.Signal(); });
        progress.Report(1);
        progress.Report(2);
        told.Wait();
        return seen;
    }
}

public class DownloadBad
{
    public int Run(int parts)
    {
        var last = 0;
        using var told = new CountdownEvent(2);
        IProgress<int> progress = new Progress<int>(part => { last = part; told.Signal(); });
        progress.Report(1);
        progress.Report(2);
        told.Wait();
        return last;
    }
}

// Parallel
public class Sums
{
    public int Of(int count)
    {
        var sum = 0;
        Parallel.For(0, 2, index => Interlocked.Add(ref sum, index + 1));
        return sum;
    }
}

public class SumsBad
{
    public int Of(int count)
    {
        var sum = 0;
        Parallel.For(0, 2, index => sum += index + 1);
        return sum;
    }
}

// ThreadLocal
public class Scratch
{
    private readonly ThreadLocal<List<int>> _own = new(() => []);
    public int Sum(int one, int two)
    {
        var items = _own.Value!;
        items.Clear();
        items.Add(one);
        items.Add(two);
        return items.Sum();
    }
}

public class ScratchBad
{
    private static readonly List<int> s_shared = [];
    private readonly ThreadLocal<List<int>> _own = new(() => s_shared);
    public int Sum(int one, int two)
    {
        var items = _own.Value!;
        items.Clear();
        items.Add(one);
        items.Add(two);
        return items.Sum();
    }
}

// ThreadStatic
public class Depth
{
    [ThreadStatic] private static int s_depth;
    public int Nested(int levels)
    {
        s_depth++;
        try { return s_depth; }
        finally { s_depth--; }
    }
}

public class DepthBad
{
    // A thread's own number, and a total that all write.
    [ThreadStatic] private static int s_own;
    private static int s_total;
    public int Add() { s_own++; s_total += s_own - s_own + 1; return s_total; }
}

// AsyncLocal
public class Culture
{
    private static readonly AsyncLocal<string?> s_name = new();
    public async Task<string?> Speak(string name)
    {
        s_name.Value = name;
        await Task.Yield();
        return s_name.Value;
    }
}

public class CultureBad
{
    private static string? s_name;
    public async Task<string?> Speak(string name)
    {
        s_name = name;
        await Task.Yield();
        return s_name;
    }
}

// awaiter of the code's own
public class Crossing
{
    private readonly object _gate = new();
    private int _crossed;
    public async Task<int> Cross() { await new Elsewhere(); lock (_gate) return ++_crossed; }
    private readonly struct Elsewhere : System.Runtime.CompilerServices.INotifyCompletion
    {
        public bool IsCompleted => false;
        public Elsewhere GetAwaiter() => this;
        public void OnCompleted(Action continuation) => ThreadPool.QueueUserWorkItem(_ => continuation());
        public void GetResult() { }
    }
}

public class CrossingBad
{
    private int _crossed;
    public async Task<int> Cross() { await new Elsewhere(); return ++_crossed; }
    private readonly struct Elsewhere : System.Runtime.CompilerServices.INotifyCompletion
    {
        public bool IsCompleted => false;
        public Elsewhere GetAwaiter() => this;
        public void OnCompleted(Action continuation) => ThreadPool.QueueUserWorkItem(_ => continuation());
        public void GetResult() { }
    }
}
