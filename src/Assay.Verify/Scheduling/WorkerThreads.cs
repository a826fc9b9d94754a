namespace Assay.Verify;

/// <summary>Threads that are used again from run to run; starting one costs more than a short run.</summary>
internal sealed class WorkerThreads : IDisposable
{
    private readonly Lock _gate = new();

    // Workers between two jobs.
    private readonly Stack<Worker> _idle = new();
    private bool _isDisposed;

    public void Start(Action job)
    {
        Worker? worker;
        lock (_gate)
            _idle.TryPop(out worker);
        worker ??= new Worker(this);
        worker.Start(job);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            while (_idle.TryPop(out var worker))
                worker.Stop();
        }
    }

    private void Return(Worker worker)
    {
        lock (_gate)
        {
            if (_isDisposed)
                worker.Stop();
            else
                _idle.Push(worker);
        }
    }

    private sealed class Worker
    {
        private readonly WorkerThreads _owner;
        private readonly SemaphoreSlim _wake = new(0);

        // Written before the semaphore is released, which orders it for the thread.
        private Action? _job;

        public Worker(WorkerThreads owner)
        {
            _owner = owner;
            // In the background, because a task that never unwinds must not keep the process alive.
            new Thread(Loop) { IsBackground = true, Name = "controlled task" }.Start();
        }

        public void Start(Action job)
        {
            _job = job;
            _wake.Release();
        }

        public void Stop()
        {
            _job = null;
            _wake.Release();
        }

        private void Loop()
        {
            while (true)
            {
                _wake.Wait();
                if (_job is not { } job)
                    return;
                _job = null;
                job();
                _owner.Return(this);
            }
        }
    }
}
