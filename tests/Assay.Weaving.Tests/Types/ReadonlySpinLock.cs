// A read-only spin lock is copied for each call: every caller has a lock of its own.
public class ReadonlySpinLock
{
    private readonly SpinLock _gate = new(false);
    private int _value;
    public void Add()
    {
        var taken = false;
        try
        {
            _gate.Enter(ref taken);
            _value++;
        }
        finally
        {
            if (taken)
                _value = _value;
        }
    }
    public int Value => Volatile.Read(ref _value);
}

public class ReadonlySpinLockFixed
{
    private SpinLock _gate = new(false);
    private int _value;
    public void Add()
    {
        var taken = false;
        try
        {
            _gate.Enter(ref taken);
            _value++;
        }
        finally
        {
            if (taken)
                _gate.Exit();
        }
    }
    public int Value => Volatile.Read(ref _value);
}
