// An early return keeps the permit.
public class SemaphoreNotReleased
{
    private readonly SemaphoreSlim _permits = new(1);
    private volatile bool _isBusy;
    public bool Enter()
    {
        if (_isBusy)
            return false;
        _permits.Wait();
        if (_isBusy)
            return false;
        _isBusy = true;
        _permits.Release();
        return true;
    }
    public void Reset() { _permits.Wait(); _isBusy = false; _permits.Release(); }
}

public class SemaphoreNotReleasedFixed
{
    private readonly SemaphoreSlim _permits = new(1);
    private bool _isBusy;
    public bool Enter()
    {
        _permits.Wait();
        try
        {
            if (_isBusy)
                return false;
            _isBusy = true;
            return true;
        }
        finally
        {
            _permits.Release();
        }
    }
    public void Reset() { _permits.Wait(); _isBusy = false; _permits.Release(); }
}
