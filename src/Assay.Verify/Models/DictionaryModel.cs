using System.Collections.Immutable;

namespace Assay.Verify;

/// <summary>A call on a dictionary.</summary>
/// <typeparam name="TKey">The key.</typeparam>
/// <typeparam name="TValue">The value.</typeparam>
public abstract record DictionaryCall<TKey, TValue>
{
    private DictionaryCall()
    {
    }

    /// <summary>Answers the value of a key, or <see cref="Reply{T}.No"/>.</summary>
    /// <param name="Key">The key.</param>
    public sealed record Get(TKey Key) : DictionaryCall<TKey, TValue>
    {
        /// <inheritdoc/>
        public override string ToString() => $"get({Key})";
    }

    /// <summary>Sets the value of a key; answers <see cref="Reply{T}.Done"/>.</summary>
    /// <param name="Key">The key.</param>
    /// <param name="Value">The value.</param>
    public sealed record Set(TKey Key, TValue Value) : DictionaryCall<TKey, TValue>
    {
        /// <inheritdoc/>
        public override string ToString() => $"set({Key}, {Value})";
    }

    /// <summary>Adds a key that is not there; answers <see cref="Reply{T}.Done"/>, or <see cref="Reply{T}.No"/> when it is.</summary>
    /// <param name="Key">The key.</param>
    /// <param name="Value">The value.</param>
    public sealed record Add(TKey Key, TValue Value) : DictionaryCall<TKey, TValue>
    {
        /// <inheritdoc/>
        public override string ToString() => $"add({Key}, {Value})";
    }

    /// <summary>Removes a key; answers the value it had, or <see cref="Reply{T}.No"/>.</summary>
    /// <param name="Key">The key.</param>
    public sealed record Remove(TKey Key) : DictionaryCall<TKey, TValue>
    {
        /// <inheritdoc/>
        public override string ToString() => $"remove({Key})";
    }

    /// <summary>Removes all keys; answers <see cref="Reply{T}.Done"/>. It touches every key, so its history is checked as a whole.</summary>
    public sealed record Clear : DictionaryCall<TKey, TValue>
    {
        /// <inheritdoc/>
        public override string ToString() => "clear()";
    }
}

/// <summary>A dictionary; partitioned by key. A set is one whose values are all alike: see <see cref="SetModel{T}"/>.</summary>
/// <typeparam name="TKey">The key.</typeparam>
/// <typeparam name="TValue">The value.</typeparam>
public sealed class DictionaryModel<TKey, TValue>
    : ISequentialModel<ImmutableDictionary<TKey, TValue>, DictionaryCall<TKey, TValue>, Reply<TValue>>
    where TKey : notnull
{
    /// <inheritdoc/>
    public ImmutableDictionary<TKey, TValue> Initial => ImmutableDictionary<TKey, TValue>.Empty;

    /// <inheritdoc/>
    public IEqualityComparer<ImmutableDictionary<TKey, TValue>> StateComparer { get; } = new ContentComparer();

    /// <inheritdoc/>
    public IEnumerable<Outcome<ImmutableDictionary<TKey, TValue>, Reply<TValue>>> Apply(
        ImmutableDictionary<TKey, TValue> state, DictionaryCall<TKey, TValue> input) => [Next(state, input)];

    /// <inheritdoc/>
    public object? PartitionKey(DictionaryCall<TKey, TValue> input) => input switch
    {
        DictionaryCall<TKey, TValue>.Get get => get.Key,
        DictionaryCall<TKey, TValue>.Set set => set.Key,
        DictionaryCall<TKey, TValue>.Add add => add.Key,
        DictionaryCall<TKey, TValue>.Remove remove => remove.Key,
        _ => null,
    };

    private static Outcome<ImmutableDictionary<TKey, TValue>, Reply<TValue>> Next(
        ImmutableDictionary<TKey, TValue> state, DictionaryCall<TKey, TValue> input) => input switch
    {
        DictionaryCall<TKey, TValue>.Get get => new(state, Lookup(state, get.Key)),
        DictionaryCall<TKey, TValue>.Set set => new(state.SetItem(set.Key, set.Value), Reply<TValue>.Done),
        DictionaryCall<TKey, TValue>.Add add when state.ContainsKey(add.Key) => new(state, Reply<TValue>.No),
        DictionaryCall<TKey, TValue>.Add add => new(state.Add(add.Key, add.Value), Reply<TValue>.Done),
        DictionaryCall<TKey, TValue>.Remove remove => new(state.Remove(remove.Key), Lookup(state, remove.Key)),
        DictionaryCall<TKey, TValue>.Clear => new(state.Clear(), Reply<TValue>.Done),
        _ => throw new ArgumentOutOfRangeException(nameof(input)),
    };

    private static Reply<TValue> Lookup(ImmutableDictionary<TKey, TValue> state, TKey key) =>
        state.TryGetValue(key, out var value) ? Reply<TValue>.Of(value) : Reply<TValue>.No;

    private sealed class ContentComparer : IEqualityComparer<ImmutableDictionary<TKey, TValue>>
    {
        public bool Equals(ImmutableDictionary<TKey, TValue>? x, ImmutableDictionary<TKey, TValue>? y) =>
            ReferenceEquals(x, y)
            || (x is not null && y is not null && x.Count == y.Count && x.All(pair => y.Contains(pair)));

        // A sum, because the order of a dictionary's entries means nothing.
        public int GetHashCode(ImmutableDictionary<TKey, TValue> obj) =>
            obj.Aggregate(0, (sum, pair) => unchecked(sum + HashCode.Combine(pair.Key, pair.Value)));
    }
}
