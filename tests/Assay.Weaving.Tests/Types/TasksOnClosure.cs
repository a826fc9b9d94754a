// Tasks change a captured variable.
public class TasksOnClosure
{
    public async Task<int> CountAsync()
    {
        var count = 0;
        await Task.WhenAll(Task.Run(() => { count++; }), Task.Run(() => { count++; }));
        return count;
    }
    public void Nothing() { }
}

public class TasksOnClosureFixed
{
    public async Task<int> CountAsync()
    {
        var count = 0;
        await Task.WhenAll(Task.Run(() => { Interlocked.Increment(ref count); }), Task.Run(() => { Interlocked.Increment(ref count); }));
        return count;
    }
    public void Nothing() { }
}
