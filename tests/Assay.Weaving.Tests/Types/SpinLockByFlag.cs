// A hand-made lock tests and then sets its flag.
public class SpinLockByFlag
{
    private bool _isTaken;
    private int _value;
    public void Add()
    {
        while (Volatile.Read(ref _isTaken))
            Thread.Yield();
        Volatile.Write(ref _isTaken, true);
        _value++;
        Volatile.Write(ref _isTaken, false);
    }
    public int Value => _value;
}

public class SpinLockByFlagFixed
{
    private int _isTaken;
    private int _value;
    public void Add()
    {
        while (Interlocked.CompareExchange(ref _isTaken, 1, 0) != 0)
            Thread.Yield();
        _value++;
        Volatile.Write(ref _isTaken, 0);
    }
    public int Value { get { while (Interlocked.CompareExchange(ref _isTaken, 1, 0) != 0) Thread.Yield(); var value = _value; Volatile.Write(ref _isTaken, 0); return value; } }
}
