public sealed class WorkerHost : IDisposable
{
    private readonly Thread _thread;
    private readonly Queue<Action> _work = new();
    private readonly object _gate = new();
    private bool _stops;
    private int _done;
    public WorkerHost()
    {
        _thread = new Thread(Loop) { IsBackground = true, Name = "worker" };
        _thread.Start();
    }
    public void Post(Action work)
    {
        lock (_gate)
        {
            if (_stops) throw new ObjectDisposedException(nameof(WorkerHost));
            _work.Enqueue(work);
            Monitor.Pulse(_gate);
        }
    }
    public void Dispose()
    {
        lock (_gate) { _stops = true; Monitor.PulseAll(_gate); }
        _thread.Join();
    }
    public int Drain()
    {
        Dispose();
        return _done;
    }
    private void Loop()
    {
        while (true)
        {
            Action work;
            lock (_gate)
            {
                while (_work.Count == 0 && !_stops) Monitor.Wait(_gate);
                if (_work.Count == 0) return;
                work = _work.Dequeue();
            }
            try { work(); } catch (InvalidOperationException) { }
            _done++;
        }
    }
}
