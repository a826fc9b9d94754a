// Two permits are asked for together, and two callers end with one each.
public class WhenAllOverPermits
{
    private readonly SemaphoreSlim _forks = new(2);
    private int _meals;
    public async Task Eat()
    {
        await Task.WhenAll(_forks.WaitAsync(), _forks.WaitAsync());
        Interlocked.Increment(ref _meals);
        _forks.Release(2);
    }
}

public class WhenAllOverPermitsFixed
{
    private readonly SemaphoreSlim _table = new(1);
    private readonly SemaphoreSlim _forks = new(2);
    private int _meals;
    public async Task Eat()
    {
        await _table.WaitAsync();
        await Task.WhenAll(_forks.WaitAsync(), _forks.WaitAsync());
        _table.Release();
        Interlocked.Increment(ref _meals);
        _forks.Release(2);
    }
}
