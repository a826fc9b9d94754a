public record Session(string User, int Version);

public class SessionStore : IDisposable
{
    private readonly ReaderWriterLockSlim _lock = new();
    private readonly Dictionary<string, Session> _byUser = new();
    private bool _disposed;

    public Session Open(string user)
    {
        _lock.EnterUpgradeableReadLock();
        try
        {
            if (_byUser.TryGetValue(user, out var known))
                return known;
            _lock.EnterWriteLock();
            try
            {
                return _byUser[user] = new Session(user, 1);
            }
            finally { _lock.ExitWriteLock(); }
        }
        finally { _lock.ExitUpgradeableReadLock(); }
    }

    public Session? Touch(string user)
    {
        _lock.EnterWriteLock();
        try
        {
            if (!_byUser.TryGetValue(user, out var session)) return null;
            session = session with { Version = session.Version + 1 };
            _byUser[user] = session;
            return session;
        }
        finally { _lock.ExitWriteLock(); }
    }

    public int Count
    {
        get
        {
            _lock.EnterReadLock();
            try { return _byUser.Count; }
            finally { _lock.ExitReadLock(); }
        }
    }

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
    }
}

public class SessionStoreBad
{
    private readonly ReaderWriterLockSlim _lock = new();
    private readonly Dictionary<string, Session> _byUser = new();

    public Session Open(string user)
    {
        _lock.EnterReadLock();
        try
        {
            if (_byUser.TryGetValue(user, out var known))
                return known;
        }
        finally { _lock.ExitReadLock(); }
        _lock.EnterWriteLock();
        try
        {
            return _byUser[user] = new Session(user, 1);
        }
        finally { _lock.ExitWriteLock(); }
    }

    public Session? Touch(string user)
    {
        _lock.EnterWriteLock();
        try
        {
            if (!_byUser.TryGetValue(user, out var session)) return null;
            session = session with { Version = session.Version + 1 };
            _byUser[user] = session;
            return session;
        }
        finally { _lock.ExitWriteLock(); }
    }
}
