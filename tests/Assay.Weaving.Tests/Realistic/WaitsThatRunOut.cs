public class Upgrade
{
    private readonly Mutex _one = new();
    private int _done;

    public bool Run(Action work)
    {
        if (!_one.WaitOne(1_000))
            return false;
        try
        {
            work();
            _done++;
            return true;
        }
        finally
        {
            _one.ReleaseMutex();
        }
    }
}

public class UpgradeBad
{
    private readonly Mutex _one = new();

    public void Run(Action work)
    {
        _one.WaitOne(1_000);
        try
        {
            work();
        }
        finally
        {
            _one.ReleaseMutex();
        }
    }
}

public class Flush
{
    private readonly object _gate = new();
    private int _flushed;

    public bool Now(Action write)
    {
        if (!Monitor.TryEnter(_gate))
            return false;
        try
        {
            write();
            _flushed++;
            return true;
        }
        finally
        {
            Monitor.Exit(_gate);
        }
    }
}

// Whoever is refused leaves by the same door.
public class FlushBad
{
    private readonly object _gate = new();
    private volatile int _state;

    public int State => _state;

    public bool Now(Action write)
    {
        var isMine = Monitor.TryEnter(_gate);
        try
        {
            _state = 1;
            if (isMine)
                write();
            _state = 0;
            return isMine;
        }
        finally
        {
            Monitor.Exit(_gate);
        }
    }
}

public class Slots
{
    private readonly SemaphoreSlim _free = new(1, 1);
    private int _used;

    public bool Use(Action work)
    {
        if (!_free.Wait(TimeSpan.FromSeconds(5)))
            return false;
        try
        {
            work();
            _used++;
            return true;
        }
        finally
        {
            _free.Release();
        }
    }
}

public class SlotsBad
{
    private readonly SemaphoreSlim _free = new(1, 1);
    private int _used;

    public void Use(Action work)
    {
        _free.Wait(TimeSpan.FromSeconds(5));
        try
        {
            work();
            _used++;
        }
        finally
        {
            _free.Release();
        }
    }
}
