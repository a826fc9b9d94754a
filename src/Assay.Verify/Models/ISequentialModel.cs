namespace Assay.Verify;

/// <summary>What an object does when it is called by one thread only: the specification a concurrent history is checked against.</summary>
/// <typeparam name="TState">An immutable state.</typeparam>
/// <typeparam name="TOp">What is asked of the object.</typeparam>
/// <typeparam name="TResult">What it answers.</typeparam>
public interface ISequentialModel<TState, TOp, TResult>
{
    /// <summary>The state before the first call; with partitions, of each of them.</summary>
    TState Initial { get; }

    /// <summary>Equality of states, by content. The checker recognises states it has seen by it.</summary>
    IEqualityComparer<TState> StateComparer => EqualityComparer<TState>.Default;

    /// <summary>Every way the call may go in this state: one for a deterministic object, none when the call must not happen.</summary>
    /// <param name="state">The state before.</param>
    /// <param name="input">What is asked.</param>
    /// <returns>The states after with their results.</returns>
    IEnumerable<Outcome<TState, TResult>> Apply(TState state, TOp input);

    /// <summary>
    /// The states after a call that was seen to return this result. Override it where <see cref="Apply"/> would have to list too many
    /// outcomes, such as a result with a tolerance.
    /// </summary>
    /// <param name="state">The state before.</param>
    /// <param name="input">What was asked.</param>
    /// <param name="result">What came back.</param>
    /// <returns>The states after; none when the result is wrong here.</returns>
    IEnumerable<TState> Explain(TState state, TOp input, TResult result) =>
        Apply(state, input).Where(outcome => EqualityComparer<TResult>.Default.Equals(outcome.Result, result)).Select(outcome => outcome.State);

    /// <summary>
    /// The independent part of the object the call touches, such as a dictionary's key. Histories are checked part by part, which is
    /// exact (linearizability is local) and exponentially cheaper. Null when the call touches more than one part: the whole history is
    /// then checked at once.
    /// </summary>
    /// <param name="input">What is asked.</param>
    /// <returns>The part, compared by <see cref="object.Equals(object?)"/>, or null.</returns>
    object? PartitionKey(TOp input) => null;
}

/// <summary>One way a call may go.</summary>
/// <typeparam name="TState">The model's state.</typeparam>
/// <typeparam name="TResult">The call's result.</typeparam>
/// <param name="State">The state after.</param>
/// <param name="Result">What the call answers.</param>
public readonly record struct Outcome<TState, TResult>(TState State, TResult Result);
