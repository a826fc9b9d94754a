using System.Threading.Tasks.Sources;

namespace Assay.Reference.Ledger;

/// <summary>Something handed to the writer by a caller who waits for it without holding a thread.</summary>
internal abstract class Submission
{
    /// <summary>Does it, on the writer's thread. Whatever it throws is the caller's.</summary>
    public abstract void Run(LedgerWriter writer, DateTimeOffset now);

    /// <summary>Tells the caller, once readers may see what was done.</summary>
    public abstract void Complete();
}

/// <summary>A submission with a result.</summary>
internal sealed class Submission<T>(Func<LedgerWriter, DateTimeOffset, T> body) : Submission, IValueTaskSource<T>
{
    // Continuations run elsewhere: the writer's time is everybody's.
    private ManualResetValueTaskSourceCore<T> _source = new() { RunContinuationsAsynchronously = true };
    private T? _result;
    private Exception? _exception;

    public ValueTask<T> Task => new(this, _source.Version);

    public override void Run(LedgerWriter writer, DateTimeOffset now)
    {
        try
        {
            _result = body(writer, now);
        }
        catch (Exception exception)
        {
            // Handed to the caller by Complete: the writer serves others too.
            _exception = exception;
        }
    }

    public override void Complete()
    {
        if (_exception is null)
            _source.SetResult(_result!);
        else
            _source.SetException(_exception);
    }

    public T GetResult(short token) => _source.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
