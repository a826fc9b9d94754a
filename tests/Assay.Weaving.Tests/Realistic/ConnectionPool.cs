public interface IConnection : IDisposable { int Id { get; } }
file sealed class Connection(int id) : IConnection { public int Id => id; public void Dispose() { } }

public sealed class ConnectionPool : IAsyncDisposable
{
    private readonly SemaphoreSlim _permits;
    private readonly ConcurrentBag<IConnection> _idle = [];
    private int _made;
    private int _closed;

    public ConnectionPool(int size) => _permits = new SemaphoreSlim(size, size);

    public async Task<int> UseAsync(Func<int, Task> work, CancellationToken token)
    {
        await _permits.WaitAsync(token).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _closed) == 1, this);
            if (!_idle.TryTake(out var connection))
                connection = new Connection(Interlocked.Increment(ref _made));
            await work(1).ConfigureAwait(false);
            _idle.Add(connection);
            return 0;
        }
        finally
        {
            _permits.Release();
        }
    }

    public int Free => _permits.CurrentCount;

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 1)
            return;
        while (_idle.TryTake(out var connection))
            connection.Dispose();
        await Task.CompletedTask;
    }
}

public sealed class ConnectionPoolBad
{
    private readonly SemaphoreSlim _permits;
    private readonly Stack<int> _idle = new();
    private int _made;

    public ConnectionPoolBad(int size) => _permits = new SemaphoreSlim(2, 2);

    public async Task<int> RentAsync(CancellationToken token)
    {
        await _permits.WaitAsync(token);
        if (_idle.Count > 0)
            return _idle.Pop();
        await Task.Yield();
        return ++_made;
    }

    public void Return(int connection)
    {
        _idle.Push(connection);
        _permits.Release();
    }
}
