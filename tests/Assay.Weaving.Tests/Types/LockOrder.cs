// Two methods take two locks in opposite order.
public class LockOrder
{
    private readonly object _left = new(), _right = new();
    private int _value;
    public void LeftFirst() { lock (_left) lock (_right) _value++; }
    public void RightFirst() { lock (_right) lock (_left) _value--; }
}

public class LockOrderFixed
{
    private readonly object _left = new(), _right = new();
    private int _value;
    public void LeftFirst() { lock (_left) lock (_right) _value++; }
    public void RightFirst() { lock (_left) lock (_right) _value--; }
}
