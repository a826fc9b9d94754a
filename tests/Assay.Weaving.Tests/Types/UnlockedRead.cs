// The writer keeps two fields equal under a lock; the reader does not take it.
public class UnlockedRead
{
    private readonly object _gate = new();
    private int _left, _right;
    public void Set(int value)
    {
        lock (_gate)
        {
            _left = value;
            _right = value;
        }
    }
    public (int, int) Both => (_left, _right);
}

public class UnlockedReadFixed
{
    private readonly object _gate = new();
    private int _left, _right;
    public void Set(int value)
    {
        lock (_gate)
        {
            _left = value;
            _right = value;
        }
    }
    public (int, int) Both { get { lock (_gate) return (_left, _right); } }
}
