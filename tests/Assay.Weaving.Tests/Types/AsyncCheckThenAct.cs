// The check is before the await, the act after it.
public class AsyncCheckThenAct
{
    private int _stock = 1;
    public async Task<bool> BuyAsync()
    {
        if (_stock < 1)
            return false;
        await Task.Yield();
        _stock--;
        return true;
    }
    public int Stock => _stock;
}

public class AsyncCheckThenActFixed
{
    private readonly SemaphoreSlim _gate = new(1);
    private int _stock = 1;
    public async Task<bool> BuyAsync()
    {
        await _gate.WaitAsync();
        try
        {
            if (_stock < 1)
                return false;
            await Task.Yield();
            _stock--;
            return true;
        }
        finally
        {
            _gate.Release();
        }
    }
}
