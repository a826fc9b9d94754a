// ConcurrentDictionary
public class Sessions
{
    private readonly ConcurrentDictionary<string, int> _all = new();
    public bool Open(string user) => _all.TryAdd(user, 1);
    public int Touch(string user) => _all.AddOrUpdate(user, 1, (_, old) => old + 1);
}

public class SessionsBad
{
    private readonly ConcurrentDictionary<string, int> _all = new();
    public int Touch(string user) { _all[user] = _all.GetValueOrDefault(user) + 1; return _all[user]; }
}

// ConcurrentQueue
public class Jobs
{
    private readonly ConcurrentQueue<int> _waiting = new();
    public void Add(int job) => _waiting.Enqueue(job);
    public int? Next() => _waiting.TryDequeue(out var job) ? job : null;
}

public class JobsBad
{
    private readonly ConcurrentQueue<int> _waiting = new();
    public void Add(int job) => _waiting.Enqueue(job);
    public int? Next()
    {
        if (_waiting.IsEmpty)
            return null;
        _waiting.TryDequeue(out var job);
        return job == 0 ? throw new InvalidOperationException() : job;
    }
}

// ConcurrentStack
public class Undo
{
    private readonly ConcurrentStack<string> _done = new();
    public void Do(string what) => _done.Push(what);
    public string? Back() => _done.TryPop(out var what) ? what : null;
}

public class UndoBad
{
    private readonly ConcurrentStack<string> _done = new();
    public void Do(string what) => _done.Push(what);
    public string? Back()
    {
        if (!_done.TryPeek(out var what))
            return null;
        _done.TryPop(out _);
        return what;
    }
}

// ConcurrentBag
public class Buffers
{
    private readonly ConcurrentBag<byte[]> _free = [];
    private int _made;
    public int Use()
    {
        if (!_free.TryTake(out var buffer))
            buffer = new byte[Interlocked.Increment(ref _made)];
        var length = buffer.Length > 0 ? 1 : 0;
        _free.Add(buffer);
        return length;
    }
}

// What is added goes out again, whoever took it.
public class Returns
{
    private readonly ConcurrentBag<int> _all = [];
    public void Add(int one) => _all.Add(one);
    public int? Take() => _all.TryTake(out var one) ? one : null;
}

public class BuffersBad
{
    private readonly ConcurrentBag<byte[]> _free = [new byte[1]];
    public byte[] Rent() => _free.IsEmpty ? new byte[2] : _free.TryTake(out var buffer) ? buffer : throw new InvalidOperationException();
}

// BlockingCollection
public class Belt
{
    private readonly BlockingCollection<int> _parts = new(2);
    public void Put(int part) => _parts.Add(part);
    public int Take() => _parts.Take();
}

public class BeltBad
{
    private readonly BlockingCollection<int> _parts = new(2);
    public bool Put(int part) { if (_parts.Count > 0) return false; _parts.Add(part); return true; }
    public int Count => _parts.Count;
}

// unbounded channel
public class Feed
{
    private readonly Channel<int> _news = Channel.CreateUnbounded<int>();
    public bool Post(int one) => _news.Writer.TryWrite(one);
    public async Task<int> Next() => await _news.Reader.ReadAsync();
}

public class FeedBad
{
    private readonly Channel<int> _news = Channel.CreateUnbounded<int>();
    private int _posted;
    public bool Post(int one) { _posted++; return _news.Writer.TryWrite(one); }
    public int Posted => Volatile.Read(ref _posted);
}

// bounded channel
public class Line
{
    private readonly Channel<int> _all = Channel.CreateBounded<int>(1);
    public async Task Put(int one) => await _all.Writer.WriteAsync(one);
    public async Task<int> Take() => await _all.Reader.ReadAsync();
}

public class LineBad
{
    private readonly Channel<int> _all = Channel.CreateBounded<int>(1);
    public async Task Put(int one) { await _all.Writer.WaitToWriteAsync(); if (!_all.Writer.TryWrite(one)) throw new InvalidOperationException(); }
    public bool TryTake() => _all.Reader.TryRead(out _);
}

// bounded channel that drops what is written
public class Alarms
{
    private readonly Channel<int> _all = Channel.CreateBounded<int>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    public bool Raise(int one) => _all.Writer.TryWrite(one);
    public int? Next() => _all.Reader.TryRead(out var one) ? one : null;
}

public class AlarmsBad
{
    private int _dropped;
    private readonly Channel<int> _all;
    public AlarmsBad() => _all = Channel.CreateBounded<int>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }, _ => _dropped++);
    public bool Raise(int one) => _all.Writer.TryWrite(one);
    public int Dropped => Volatile.Read(ref _dropped);
}

// bounded channel that drops the oldest
public class Position
{
    private readonly Channel<int> _last = Channel.CreateBounded<int>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
    public void Move(int to) => _last.Writer.TryWrite(to);
    public int? Last() => _last.Reader.TryRead(out var to) ? to : null;
}

public class PositionBad
{
    private readonly Channel<int> _last = Channel.CreateBounded<int>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
    public void Move(int to) => _last.Writer.TryWrite(to);
    public int? Last() => _last.Reader.TryPeek(out var to) && _last.Reader.TryRead(out var read) ? read == to ? to : throw new InvalidOperationException() : null;
}

// bounded channel that drops the newest
public class History
{
    private readonly Channel<int> _all = Channel.CreateBounded<int>(new BoundedChannelOptions(2) { FullMode = BoundedChannelFullMode.DropNewest });
    public void Add(int one) => _all.Writer.TryWrite(one);
    public int? Oldest() => _all.Reader.TryRead(out var one) ? one : null;
}

public class HistoryBad
{
    private readonly Channel<int> _all = Channel.CreateBounded<int>(new BoundedChannelOptions(2) { FullMode = BoundedChannelFullMode.DropNewest });
    public bool Add(int one) => _all.Reader.Count < 2 && _all.Writer.TryWrite(one);
    public int Count => _all.Reader.Count;
    public void AddTwo() { if (_all.Reader.Count == 0) { _all.Writer.TryWrite(1); _all.Writer.TryWrite(2); } }
}
