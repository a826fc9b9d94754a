// An event is reset after the work was looked for, and work that came between is forgotten.
public class EventHandOff
{
    private readonly ManualResetEventSlim _hasWork = new();
    private readonly ConcurrentQueue<int> _work = new();
    public void Put() { _work.Enqueue(1); _hasWork.Set(); }
    public int Take()
    {
        while (true)
        {
            if (_work.TryDequeue(out var item))
                return item;
            _hasWork.Reset();
            _hasWork.Wait();
        }
    }
}

public class EventHandOffFixed
{
    private readonly SemaphoreSlim _count = new(0);
    private readonly ConcurrentQueue<int> _work = new();
    public void Put() { _work.Enqueue(1); _count.Release(); }
    public int Take()
    {
        _count.Wait();
        return _work.TryDequeue(out var item) ? item : -1;
    }
}
