// Two loops over periodic timers count in one field.
public class TickUnlocked
{
    private int _ticks;
    public int Ticks => Volatile.Read(ref _ticks);
    public async Task Run()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (await timer.WaitForNextTickAsync())
        {
            _ticks++;
            break;
        }
    }
}

public class TickUnlockedFixed
{
    private int _ticks;
    public int Ticks => Volatile.Read(ref _ticks);
    public async Task Run()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (await timer.WaitForNextTickAsync())
        {
            Interlocked.Increment(ref _ticks);
            break;
        }
    }
}
