// The countdown may reach zero before the second job is counted.
public class CountdownTooEarly
{
    public int Run()
    {
        var (sum, open) = (0, new CountdownEvent(1));
        Task.Run(() => { Interlocked.Increment(ref sum); open.Signal(); });
        open.AddCount();
        Task.Run(() => { Interlocked.Increment(ref sum); open.Signal(); });
        open.Wait();
        return sum;
    }
}

public class CountdownTooEarlyFixed
{
    public int Run()
    {
        var (sum, open) = (0, new CountdownEvent(1));
        for (var job = 0; job < 2; job++)
        {
            open.AddCount();
            Task.Run(() => { Interlocked.Increment(ref sum); open.Signal(); });
        }
        open.Signal();
        open.Wait();
        return sum;
    }
}
