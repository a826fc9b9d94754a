using System;
using System.Collections.Generic;
using System.Threading;

namespace Candidate;

/// <summary>A thread that does one piece of work after the other. It is there while there is work, and a moment longer.</summary>
internal sealed class Writer
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(50);

    private readonly object _gate = new();
    private readonly Queue<Work> _queue = new();
    private bool _isThere;

    /// <summary>Has the thread do it, and waits.</summary>
    public T Do<T>(Func<T> what)
    {
        var work = new Work<T>(what);
        lock (_gate)
        {
            _queue.Enqueue(work);
            if (!_isThere)
                new Thread(DoAll) { IsBackground = true, Name = "cache writer" }.Start();
            else
                Monitor.Pulse(_gate);
            _isThere = true;
        }

        return work.Result();
    }

    private void DoAll()
    {
        while (Next() is { } work)
            work.Do();
    }

    private Work? Next()
    {
        lock (_gate)
        {
            if (_queue.Count == 0)
                Monitor.Wait(_gate, Moment);
            _isThere = _queue.TryDequeue(out var work);
            return work;
        }
    }

    private abstract class Work
    {
        public abstract void Do();
    }

    private sealed class Work<T>(Func<T> what) : Work
    {
        private readonly ManualResetEventSlim _done = new();
        private T? _result;

        public override void Do()
        {
            _result = what();
            _done.Set();
        }

        public T Result()
        {
            _done.Wait();
            return _result!;
        }
    }
}
