namespace Assay.Reference.Caching;

/// <summary>A caller that waits for a load.</summary>
internal abstract class Waiter<TValue>(LoadNode? waiting)
{
    /// <summary>The load whose factory the caller is; null when it is none.</summary>
    public LoadNode? Waiting => waiting;

    /// <summary>Ends the wait. Called once, outside of locks, unless the caller left before.</summary>
    public abstract void Complete(in Outcome<TValue> outcome);
}

/// <summary>A caller that blocks its thread.</summary>
internal sealed class BlockedWaiter<TValue>(LoadNode? waiting) : Waiter<TValue>(waiting)
{
    private readonly ManualResetEventSlim _ended = new();

    // Written before the event is set, read after it was: the event orders them.
    private Outcome<TValue> _outcome;

    public override void Complete(in Outcome<TValue> outcome)
    {
        _outcome = outcome;
        _ended.Set();
    }

    public TValue Wait()
    {
        // Not disposed: the completer may still be inside Set. It holds no handle, because nobody asks for one.
        _ended.Wait();
        return _outcome.ValueOrThrow();
    }
}

/// <summary>A caller that awaits.</summary>
internal sealed class TaskWaiter<TValue>(LoadNode? waiting) : Waiter<TValue>(waiting)
{
    // Callers go on elsewhere: the loader's thread does not run their code.
    private readonly TaskCompletionSource<TValue> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenRegistration _registration;
    private ITimer? _timer;

    public Task<TValue> Task => _source.Task;

    public override void Complete(in Outcome<TValue> outcome)
    {
        if (outcome.Failure is null)
            _source.TrySetResult(outcome.Value);
        else
            _source.TrySetException(outcome.Failure);
        Release();
    }

    public void Cancel(CancellationToken cancellationToken)
    {
        _source.TrySetCanceled(cancellationToken);
        Release();
    }

    /// <summary>Has the caller's token and soft timeout watched. Called once, by the caller.</summary>
    public void Watch(ITimer? timer, CancellationTokenRegistration registration)
    {
        (_timer, _registration) = (timer, registration);
        // The end of the wait may have come first and found nothing to release.
        Interlocked.MemoryBarrier();
        if (Task.IsCompleted)
            Release();
    }

    private void Release()
    {
        // Not Dispose, which waits for a callback that may be waiting for this thread.
        _registration.Unregister();
        _timer?.Dispose();
    }
}
