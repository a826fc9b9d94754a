// A cache is filled under the read lock.
public class WriteUnderReadLock
{
    private readonly ReaderWriterLockSlim _lock = new();
    private readonly Dictionary<int, int> _cache = new();
    public int Get(int key)
    {
        _lock.EnterReadLock();
        try
        {
            if (!_cache.TryGetValue(key, out var value))
                _cache[key] = value = key * 2;
            return value;
        }
        finally
        {
            _lock.ExitReadLock();
        }
    }
}

public class WriteUnderReadLockFixed
{
    private readonly ReaderWriterLockSlim _lock = new();
    private readonly Dictionary<int, int> _cache = new();
    public int Get(int key)
    {
        _lock.EnterWriteLock();
        try
        {
            if (!_cache.TryGetValue(key, out var value))
                _cache[key] = value = key * 2;
            return value;
        }
        finally
        {
            _lock.ExitWriteLock();
        }
    }
}
