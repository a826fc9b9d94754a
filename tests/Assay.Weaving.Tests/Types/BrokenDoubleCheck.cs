// The second check is missing, so two threads create.
public class BrokenDoubleCheck
{
    private readonly object _gate = new();
    private object? _instance;
    public object Instance()
    {
        if (_instance is null)
        {
            lock (_gate)
                _instance = new object();
        }
        return _instance;
    }
}

public class BrokenDoubleCheckFixed
{
    private readonly object _gate = new();
    private volatile object? _instance;
    public object Instance()
    {
        if (_instance is null)
        {
            lock (_gate)
                _instance ??= new object();
        }
        return _instance;
    }
}
