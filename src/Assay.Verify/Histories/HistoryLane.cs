namespace Assay.Verify;

/// <summary>The calls of one thread or client in a recorded history, one at a time.</summary>
/// <typeparam name="TOp">What is asked of the object.</typeparam>
/// <typeparam name="TResult">What it answers.</typeparam>
public sealed class HistoryLane<TOp, TResult>
{
    private readonly HistoryRecorder<TOp, TResult> _recorder;

    // A lane has one writer, so this lock is free except while a snapshot is taken; it adds no order between lanes.
    private readonly Lock _gate = new();
    private readonly List<Operation<TOp, TResult>> _operations = [];

    internal HistoryLane(HistoryRecorder<TOp, TResult> recorder, int number)
    {
        _recorder = recorder;
        Number = number;
    }

    /// <summary>The lane's number in the history.</summary>
    public int Number { get; }

    /// <summary>Records that a call begins; the last act before the call itself.</summary>
    /// <param name="input">What is asked.</param>
    /// <exception cref="InvalidOperationException">The lane's last call has not returned.</exception>
    public void Invoke(TOp input)
    {
        lock (_gate)
        {
            if (_operations is [.., { IsPending: true }])
                throw new InvalidOperationException($"Lane {Number} has a call that has not returned; open another lane.");
            _operations.Add(new Operation<TOp, TResult>(Number, input, default, _recorder.Tick(), null));
        }
    }

    /// <summary>Records that the open call returned; the first act after the call itself.</summary>
    /// <param name="result">What came back.</param>
    /// <exception cref="InvalidOperationException">The lane has no open call.</exception>
    public void Return(TResult result)
    {
        lock (_gate)
        {
            if (_operations is not [.., { IsPending: true } open])
                throw new InvalidOperationException($"Lane {Number} has no open call.");
            _operations[^1] = open with { Result = result, Returned = _recorder.Tick() };
        }
    }

    /// <summary>Records one call from start to end. When it throws it stays pending: whether it took effect is unknown.</summary>
    /// <param name="input">What is asked.</param>
    /// <param name="call">The call.</param>
    /// <returns>What came back.</returns>
    public TResult Call(TOp input, Func<TOp, TResult> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        Invoke(input);
        var result = call(input);
        Return(result);
        return result;
    }

    /// <summary>Records one asynchronous call from start to end. When it throws it stays pending.</summary>
    /// <param name="input">What is asked.</param>
    /// <param name="call">The call.</param>
    /// <returns>What came back.</returns>
    public async ValueTask<TResult> CallAsync(TOp input, Func<TOp, ValueTask<TResult>> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        Invoke(input);
        var result = await call(input).ConfigureAwait(false);
        Return(result);
        return result;
    }

    internal Operation<TOp, TResult>[] Snapshot()
    {
        lock (_gate)
            return [.. _operations];
    }
}
