// A lock is held while a task is waited for that needs the lock.
public class SyncOverAsync
{
    private readonly SemaphoreSlim _gate = new(1);
    private int _value;
    public int Get()
    {
        var task = LoadAsync();
        _gate.Wait();
        try
        {
            return task.Result;
        }
        finally
        {
            _gate.Release();
        }
    }
    private async Task<int> LoadAsync()
    {
        await Task.Yield();
        await _gate.WaitAsync();
        try
        {
            return _value;
        }
        finally
        {
            _gate.Release();
        }
    }
    public void Nothing() { }
}

public class SyncOverAsyncFixed
{
    private readonly SemaphoreSlim _gate = new(1);
    private int _value;
    public async Task<int> GetAsync()
    {
        await Task.Yield();
        await _gate.WaitAsync();
        try
        {
            return _value;
        }
        finally
        {
            _gate.Release();
        }
    }
    public void Nothing() { }
}
