// A timer's callback and the caller change one variable at the same moment.
public class TimerUnlocked
{
    public int Run()
    {
        var (value, rung) = (0, new ManualResetEventSlim());
        using var timer = new Timer(_ => { value++; rung.Set(); }, null, 10, -1);
        Thread.Sleep(10);
        value++;
        rung.Wait();
        return value;
    }
}

public class TimerUnlockedFixed
{
    public int Run()
    {
        var (value, rung) = (0, new ManualResetEventSlim());
        using var timer = new Timer(_ => { Interlocked.Increment(ref value); rung.Set(); }, null, 10, -1);
        Thread.Sleep(10);
        Interlocked.Increment(ref value);
        rung.Wait();
        return value;
    }
}
