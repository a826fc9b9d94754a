namespace Assay.Verify;

/// <summary>Writes a history by hand, event by event: <c>.Invoke(0, write).Call(1, read, 0).Return(0, done).Build()</c>.</summary>
/// <typeparam name="TOp">What is asked of the object.</typeparam>
/// <typeparam name="TResult">What it answers.</typeparam>
public sealed class HistoryBuilder<TOp, TResult>
{
    private readonly List<Operation<TOp, TResult>> _operations = [];
    private readonly Dictionary<int, int> _open = [];
    private long _counter;

    /// <summary>The next event: a lane begins a call.</summary>
    /// <param name="lane">The lane; without an open call.</param>
    /// <param name="input">What is asked.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="InvalidOperationException">The lane's last call has not returned.</exception>
    public HistoryBuilder<TOp, TResult> Invoke(int lane, TOp input)
    {
        if (!_open.TryAdd(lane, _operations.Count))
            throw new InvalidOperationException($"Lane {lane} has a call that has not returned.");
        _operations.Add(new Operation<TOp, TResult>(lane, input, default, _counter++, null));
        return this;
    }

    /// <summary>The next event: the lane's open call returns.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="result">What came back.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="InvalidOperationException">The lane has no open call.</exception>
    public HistoryBuilder<TOp, TResult> Return(int lane, TResult result)
    {
        if (!_open.Remove(lane, out var index))
            throw new InvalidOperationException($"Lane {lane} has no open call.");
        _operations[index] = _operations[index] with { Result = result, Returned = _counter++ };
        return this;
    }

    /// <summary>The next two events: a call that begins and returns with nothing in between.</summary>
    /// <param name="lane">The lane; without an open call.</param>
    /// <param name="input">What is asked.</param>
    /// <param name="result">What came back.</param>
    /// <returns>This builder.</returns>
    public HistoryBuilder<TOp, TResult> Call(int lane, TOp input, TResult result) => Invoke(lane, input).Return(lane, result);

    /// <summary>The history so far; calls without a return are pending.</summary>
    /// <returns>The history.</returns>
    public History<TOp, TResult> Build() => new(_operations);
}
