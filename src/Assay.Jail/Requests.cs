using Assay.Jail.Protocol;

namespace Assay.Jail;

/// <summary>Frames on their way from the thread that reads to the one that calls. Plain on purpose: the framework's own collection for this costs a jail more to load than a check costs to run.</summary>
internal sealed class Requests
{
    private readonly object _gate = new();
    private readonly Queue<Frame> _waiting = new();

    /// <summary>Hands a frame on.</summary>
    public void Add(Frame frame)
    {
        lock (_gate)
        {
            _waiting.Enqueue(frame);
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>The frames in order, waiting for each; never ends.</summary>
    public IEnumerable<Frame> GetConsumingEnumerable()
    {
        while (true)
            yield return Take();
    }

    private Frame Take()
    {
        lock (_gate)
        {
            while (_waiting.Count == 0)
                Monitor.Wait(_gate);
            return _waiting.Dequeue();
        }
    }
}
