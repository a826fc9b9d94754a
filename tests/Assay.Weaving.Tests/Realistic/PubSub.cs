using System.Collections.Immutable;
public sealed class JobQueue
{
    private readonly BlockingCollection<string> _jobs = new(2);
    private readonly ConcurrentQueue<string> _done = new();

    public bool Enqueue(string job) => !_jobs.IsAddingCompleted && _jobs.TryAdd(job);

    public bool RunOne()
    {
        if (!_jobs.TryTake(out var job)) return false;
        _done.Enqueue(job);
        return true;
    }

    public int Waiting => _jobs.Count;
}

public sealed class PubSub
{
    private ImmutableList<Action<int>> _subscribers = ImmutableList<Action<int>>.Empty;

    public IDisposable Subscribe(Action<int> subscriber)
    {
        ImmutableInterlocked.Update(ref _subscribers, list => list.Add(subscriber));
        return new Subscription(this, subscriber);
    }

    public void Publish(int value)
    {
        foreach (var subscriber in _subscribers) subscriber(value);
    }

    public int Count => _subscribers.Count;

    private sealed class Subscription(PubSub owner, Action<int> subscriber) : IDisposable
    {
        private int _isOver;
        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isOver, 1) == 0)
                ImmutableInterlocked.Update(ref owner._subscribers, (list, one) => list.Remove(one), subscriber);
        }
    }
}

public sealed class PubSubBad
{
    private ImmutableList<Action<int>> _subscribers = ImmutableList<Action<int>>.Empty;

    public void Subscribe(Action<int> subscriber) => _subscribers = _subscribers.Add(subscriber);
    public int Count => _subscribers.Count;
}
