public class Mailer
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private int _sent;

    public async Task SendAsync(Func<Task> send, CancellationToken token)
    {
        await _turn.WaitAsync(token);
        try
        {
            await send();
            _sent++;
        }
        finally
        {
            _turn.Release();
        }
    }
}

// Whoever is cancelled while it waits gives back a permit that it never had.
public class MailerBad
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private int _sent;

    public async Task SendAsync(Func<Task> send, CancellationToken token)
    {
        try
        {
            await _turn.WaitAsync(token);
            await send();
            _sent++;
        }
        finally
        {
            _turn.Release();
        }
    }
}

// As many as there are permits, and none is counted twice when a wait is cancelled.
public class Doorman
{
    private readonly SemaphoreSlim _free = new(1);
    private int _inside;
    private int _most;

    public int Most => Volatile.Read(ref _most);

    public async Task VisitAsync(CancellationToken token)
    {
        var isIn = false;
        try
        {
            await _free.WaitAsync(token);
            isIn = true;
            _inside++;
            _most = Math.Max(_most, _inside);
            await Task.Yield();
            _inside--;
        }
        finally
        {
            if (isIn)
                _free.Release();
        }
    }
}

public class DoormanBad
{
    private readonly SemaphoreSlim _free = new(1);
    private int _inside;
    private int _most;

    public int Most => Volatile.Read(ref _most);

    public async Task VisitAsync(CancellationToken token)
    {
        try
        {
            await _free.WaitAsync(token);
            _inside++;
            _most = Math.Max(_most, _inside);
            await Task.Yield();
            _inside--;
        }
        finally
        {
            _free.Release();
        }
    }
}

// Who is cancelled takes its place in the line back, under the lock.
public class Line
{
    private readonly object _gate = new();
    private readonly LinkedList<TaskCompletionSource> _waiting = new();
    private bool _isTaken;

    public async Task EnterAsync(CancellationToken token)
    {
        LinkedListNode<TaskCompletionSource> place;
        lock (_gate)
        {
            if (!_isTaken)
            {
                _isTaken = true;
                return;
            }

            place = _waiting.AddLast(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        try
        {
            await place.Value.Task.WaitAsync(token);
        }
        catch (OperationCanceledException)
        {
            lock (_gate)
            {
                if (place.List is not null)
                {
                    _waiting.Remove(place);
                    throw;
                }
            }

            Leave();
            throw;
        }
    }

    public void Leave()
    {
        lock (_gate)
        {
            if (_waiting.First is not { } first)
            {
                _isTaken = false;
                return;
            }

            _waiting.RemoveFirst();
            first.Value.SetResult();
        }
    }
}

// The place in the line is taken back without the lock.
public class LineBad
{
    private readonly object _gate = new();
    private readonly LinkedList<TaskCompletionSource> _waiting = new();

    public async Task WaitAsync(CancellationToken token)
    {
        LinkedListNode<TaskCompletionSource> place;
        lock (_gate)
            place = _waiting.AddLast(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        try
        {
            await place.Value.Task.WaitAsync(token);
        }
        catch (OperationCanceledException)
        {
            _waiting.Remove(place);
            throw;
        }
    }

    public void Next()
    {
        lock (_gate)
        {
            if (_waiting.First is not { } first)
                return;
            _waiting.RemoveFirst();
            first.Value.TrySetResult();
        }
    }
}

// Joins a load under way; each caller's patience is its own.
public class JoinedLoads
{
    private readonly ConcurrentDictionary<string, Lazy<Task<int>>> _loads = new();

    public Task<int> GetAsync(string key, CancellationToken token) => _loads.GetOrAdd(key, _ => new Lazy<Task<int>>(LoadAsync)).Value.WaitAsync(token);

    private static async Task<int> LoadAsync()
    {
        await Task.Yield();
        return 7;
    }
}

// The first caller's token is the load's: who joins is told of a cancellation too, and asks again.
public class SharedLoad
{
    private readonly object _gate = new();
    private Task<int>? _load;

    public Task<int> GetAsync(CancellationToken token)
    {
        lock (_gate)
        {
            if (_load is null || _load.IsCanceled || _load.IsFaulted)
                _load = LoadAsync(token);
            return _load;
        }
    }

    private static async Task<int> LoadAsync(CancellationToken token)
    {
        await Task.Yield();
        token.ThrowIfCancellationRequested();
        return 7;
    }
}

// What is there is given at once, whatever the token says; only a wait is given up.
public class FastPath
{
    private readonly SemaphoreSlim _items = new(0);
    private readonly ConcurrentQueue<int> _queue = new();

    public void Put(int item)
    {
        _queue.Enqueue(item);
        _items.Release();
    }

    public async Task<int> TakeAsync(CancellationToken token)
    {
        if (!_items.Wait(0))
            await _items.WaitAsync(token);
        _queue.TryDequeue(out var item);
        return item;
    }
}

// A delay that is cancelled counts for nothing.
public class Debounced
{
    private int _version;
    private int _saved;

    public int Saved => Volatile.Read(ref _saved);

    public async Task SaveAsync(CancellationToken token)
    {
        Interlocked.Increment(ref _version);
        await Task.Delay(TimeSpan.FromMilliseconds(100), token);
        Interlocked.Increment(ref _saved);
    }
}

public class DebouncedBad
{
    private int _saved;
    private int _dropped;

    public int Dropped => _dropped;

    public int Saved => Volatile.Read(ref _saved);

    public async Task SaveAsync(CancellationToken token)
    {
        try
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), token);
            Interlocked.Increment(ref _saved);
        }
        catch (OperationCanceledException)
        {
            _dropped++;
        }
    }
}
