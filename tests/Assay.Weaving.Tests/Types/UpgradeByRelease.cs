// The read lock is given back before the write lock is taken, and the check is not repeated.
public class UpgradeByRelease
{
    private readonly ReaderWriterLockSlim _lock = new();
    private object? _value;
    public object Get()
    {
        _lock.EnterReadLock();
        var seen = _value;
        _lock.ExitReadLock();
        if (seen is not null)
            return seen;
        _lock.EnterWriteLock();
        _value = seen = new object();
        _lock.ExitWriteLock();
        return seen;
    }
}

public class UpgradeByReleaseFixed
{
    private readonly ReaderWriterLockSlim _lock = new();
    private object? _value;
    public object Get()
    {
        _lock.EnterUpgradeableReadLock();
        try
        {
            if (_value is null)
            {
                _lock.EnterWriteLock();
                _value = new object();
                _lock.ExitWriteLock();
            }
            return _value;
        }
        finally
        {
            _lock.ExitUpgradeableReadLock();
        }
    }
}
