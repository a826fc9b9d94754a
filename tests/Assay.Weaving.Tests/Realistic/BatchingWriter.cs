using System.Threading.Channels;

public sealed class BatchingWriter : IAsyncDisposable
{
    private readonly Channel<int> _queue = Channel.CreateUnbounded<int>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Task _pump;
    private readonly List<int> _written = [];
    private readonly object _gate = new();

    public BatchingWriter() => _pump = Task.Run(PumpAsync);

    public bool Write(int item) => _queue.Writer.TryWrite(item);

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _pump;
    }

    private async Task PumpAsync()
    {
        var batch = new List<int>();
        while (await _queue.Reader.WaitToReadAsync())
        {
            while (_queue.Reader.TryRead(out var item))
                batch.Add(item);
            lock (_gate)
                _written.AddRange(batch);
            batch.Clear();
        }
    }
}

public sealed class BatchingWriterBad
{
    private readonly Channel<int> _queue = Channel.CreateUnbounded<int>();
    private readonly List<int> _pending = [];
    private int _flushed;

    public void Write(int item)
    {
        _pending.Add(item);
        if (_pending.Count >= 2)
            Flush();
    }

    public int Flushed => _flushed;

    public void Flush()
    {
        foreach (var item in _pending)
            if (_queue.Writer.TryWrite(item)) _flushed++;
        _pending.Clear();
    }
}
