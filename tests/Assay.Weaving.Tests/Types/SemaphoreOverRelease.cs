// Whoever is refused releases all the same.
public class SemaphoreOverRelease
{
    private readonly SemaphoreSlim _permits = new(1);
    private int _inside;
    public bool Work()
    {
        try
        {
            if (!_permits.Wait(0))
                return false;
            _inside++;
            var alone = _inside == 1;
            _inside--;
            return alone;
        }
        finally
        {
            _permits.Release();
        }
    }
    public int Free => _permits.CurrentCount > 1 ? 2 : 1;
}

public class SemaphoreOverReleaseFixed
{
    private readonly SemaphoreSlim _permits = new(1);
    private int _inside;
    public bool Work()
    {
        _permits.Wait();
        try
        {
            _inside++;
            var alone = _inside == 1;
            _inside--;
            return alone;
        }
        finally
        {
            _permits.Release();
        }
    }
    public bool IsOver => _permits.CurrentCount > 1;
}
