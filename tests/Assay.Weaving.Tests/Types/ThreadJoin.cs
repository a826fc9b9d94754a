// Threads are started and their result is read before they are joined.
public class ThreadJoin
{
    private int _value;
    public int Run()
    {
        _value = 0;
        var thread = new Thread(() => _value = 5);
        thread.Start();
        var seen = _value;
        thread.Join();
        return seen;
    }
    public void Nothing() { }
}

public class ThreadJoinFixed
{
    public int Run()
    {
        var value = 0;
        var thread = new Thread(() => value = 5);
        thread.Start();
        thread.Join();
        return value;
    }
    public void Nothing() { }
}
