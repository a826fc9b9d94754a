// Two parts of a total are read under their own locks, one after the other.
public class TwoPhaseSum
{
    private readonly object _one = new(), _two = new();
    private int _left = 5, _right = 5;
    public void Move() { lock (_one) lock (_two) { _left--; _right++; } }
    public int Total() { int sum; lock (_one) sum = _left; lock (_two) return sum + _right; }
}

public class TwoPhaseSumFixed
{
    private readonly object _one = new(), _two = new();
    private int _left = 5, _right = 5;
    public void Move() { lock (_one) lock (_two) { _left--; _right++; } }
    public int Total() { lock (_one) lock (_two) return _left + _right; }
}
