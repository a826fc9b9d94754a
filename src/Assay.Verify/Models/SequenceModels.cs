using System.Collections.Immutable;

namespace Assay.Verify;

/// <summary>A call on a queue or a stack.</summary>
/// <typeparam name="T">The element.</typeparam>
public abstract record SequenceCall<T>
{
    private SequenceCall()
    {
    }

    /// <summary>Puts an element in; answers <see cref="Reply{T}.Done"/>, or <see cref="Reply{T}.No"/> when a bounded one is full.</summary>
    /// <param name="Item">The element.</param>
    public sealed record Put(T Item) : SequenceCall<T>
    {
        /// <inheritdoc/>
        public override string ToString() => $"put({Item})";
    }

    /// <summary>Takes the next element out; answers it, or <see cref="Reply{T}.No"/> when there is none.</summary>
    public sealed record Take : SequenceCall<T>
    {
        /// <inheritdoc/>
        public override string ToString() => "take()";
    }
}

/// <summary>A first-in first-out queue.</summary>
/// <typeparam name="T">The element.</typeparam>
/// <param name="capacity">The most elements it holds.</param>
public sealed class QueueModel<T>(int capacity = int.MaxValue) : ISequentialModel<ImmutableArray<T>, SequenceCall<T>, Reply<T>>
{
    /// <inheritdoc/>
    public ImmutableArray<T> Initial => [];

    /// <inheritdoc/>
    public IEqualityComparer<ImmutableArray<T>> StateComparer { get; } = new SequenceComparer<T>();

    /// <inheritdoc/>
    public IEnumerable<Outcome<ImmutableArray<T>, Reply<T>>> Apply(ImmutableArray<T> state, SequenceCall<T> input) =>
        [SequenceTransition.Apply(state, input, capacity, takeAt: 0)];
}

/// <summary>A last-in first-out stack.</summary>
/// <typeparam name="T">The element.</typeparam>
/// <param name="capacity">The most elements it holds.</param>
public sealed class StackModel<T>(int capacity = int.MaxValue) : ISequentialModel<ImmutableArray<T>, SequenceCall<T>, Reply<T>>
{
    /// <inheritdoc/>
    public ImmutableArray<T> Initial => [];

    /// <inheritdoc/>
    public IEqualityComparer<ImmutableArray<T>> StateComparer { get; } = new SequenceComparer<T>();

    /// <inheritdoc/>
    public IEnumerable<Outcome<ImmutableArray<T>, Reply<T>>> Apply(ImmutableArray<T> state, SequenceCall<T> input) =>
        [SequenceTransition.Apply(state, input, capacity, takeAt: state.Length - 1)];
}

/// <summary>What queue and stack share: they differ only in the end they take from.</summary>
internal static class SequenceTransition
{
    public static Outcome<ImmutableArray<T>, Reply<T>> Apply<T>(ImmutableArray<T> state, SequenceCall<T> input, int capacity, int takeAt) =>
        input switch
        {
            SequenceCall<T>.Put when state.Length >= capacity => new(state, Reply<T>.No),
            SequenceCall<T>.Put put => new(state.Add(put.Item), Reply<T>.Done),
            SequenceCall<T>.Take when state.IsEmpty => new(state, Reply<T>.No),
            SequenceCall<T>.Take => new(state.RemoveAt(takeAt), Reply<T>.Of(state[takeAt])),
            _ => throw new ArgumentOutOfRangeException(nameof(input)),
        };
}
