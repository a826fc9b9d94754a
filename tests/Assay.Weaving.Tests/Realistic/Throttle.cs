public sealed class Throttle(int most)
{
    private readonly SemaphoreSlim _slots = new(most);
    private int _running;
    public int Running => Volatile.Read(ref _running);
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken token = default)
    {
        await _slots.WaitAsync(token);
        Interlocked.Increment(ref _running);
        try { return await work(token); }
        finally { Interlocked.Decrement(ref _running); _slots.Release(); }
    }
    public bool TryRun(Action work)
    {
        if (!_slots.Wait(0)) return false;
        try { work(); return true; }
        finally { _slots.Release(); }
    }
}
public sealed class ThrottleBad(int most)
{
    private int _running;
    public int Running => Volatile.Read(ref _running);
    public bool TryRun(Action work)
    {
        if (_running >= most) return false;
        _running++;
        try { work(); return true; }
        finally { _running--; }
    }
}
