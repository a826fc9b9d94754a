// Two hand-written readers both wait for the other to leave before they write.
public class ReaderWriterUpgradeDeadlock
{
    private readonly object _gate = new();
    private int _readers;
    private int _value;
    public void Update()
    {
        lock (_gate)
            _readers++;
        lock (_gate)
        {
            while (_readers > 1)
                Monitor.Wait(_gate);
            _value++;
            _readers--;
            Monitor.PulseAll(_gate);
        }
    }
    public int Value { get { lock (_gate) return _value; } }
}

public class ReaderWriterUpgradeDeadlockFixed
{
    private readonly object _gate = new();
    private int _value;
    public void Update()
    {
        lock (_gate)
            _value++;
    }
    public int Value { get { lock (_gate) return _value; } }
}
