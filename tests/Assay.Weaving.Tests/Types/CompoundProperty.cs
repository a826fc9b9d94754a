// A compound assignment to an auto-property is a read and a write.
public class CompoundProperty
{
    public int Total { get; private set; }
    public void Add(int amount) => Total += amount;
}

public class CompoundPropertyFixed
{
    private readonly object _gate = new();
    private int _total;
    public int Total { get { lock (_gate) return _total; } }
    public void Add(int amount) { lock (_gate) _total += amount; }
}
