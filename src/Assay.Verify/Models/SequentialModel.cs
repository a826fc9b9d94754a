namespace Assay.Verify;

/// <summary>Models written as a lambda.</summary>
public static class SequentialModel
{
    /// <summary>A deterministic model from its transition.</summary>
    /// <typeparam name="TState">An immutable state, compared by content.</typeparam>
    /// <typeparam name="TOp">What is asked of the object.</typeparam>
    /// <typeparam name="TResult">What it answers.</typeparam>
    /// <param name="initial">The state before the first call.</param>
    /// <param name="apply">State and call to next state and result.</param>
    /// <param name="partitionKey">The part a call touches; see <see cref="ISequentialModel{TState,TOp,TResult}.PartitionKey"/>.</param>
    /// <param name="stateComparer">Equality of states; the type's own when null.</param>
    /// <returns>The model.</returns>
    public static ISequentialModel<TState, TOp, TResult> Of<TState, TOp, TResult>(
        TState initial,
        Func<TState, TOp, (TState State, TResult Result)> apply,
        Func<TOp, object?>? partitionKey = null,
        IEqualityComparer<TState>? stateComparer = null)
    {
        ArgumentNullException.ThrowIfNull(apply);
        return new TransitionModel<TState, TOp, TResult>(initial, apply, partitionKey, stateComparer);
    }

    private sealed class TransitionModel<TState, TOp, TResult>(
        TState initial,
        Func<TState, TOp, (TState State, TResult Result)> apply,
        Func<TOp, object?>? partitionKey,
        IEqualityComparer<TState>? stateComparer) : ISequentialModel<TState, TOp, TResult>
    {
        public TState Initial => initial;

        public IEqualityComparer<TState> StateComparer => stateComparer ?? EqualityComparer<TState>.Default;

        public IEnumerable<Outcome<TState, TResult>> Apply(TState state, TOp input)
        {
            var (next, result) = apply(state, input);
            return [new Outcome<TState, TResult>(next, result)];
        }

        public object? PartitionKey(TOp input) => partitionKey?.Invoke(input);
    }
}
