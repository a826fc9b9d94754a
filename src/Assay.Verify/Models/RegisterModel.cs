namespace Assay.Verify;

/// <summary>A call on a register.</summary>
/// <typeparam name="T">The type of its value.</typeparam>
public abstract record RegisterCall<T>
{
    private RegisterCall()
    {
    }

    /// <summary>Answers the value.</summary>
    public sealed record Read : RegisterCall<T>
    {
        /// <inheritdoc/>
        public override string ToString() => "read()";
    }

    /// <summary>Sets the value; answers <see cref="Reply{T}.Done"/>.</summary>
    /// <param name="Value">The new value.</param>
    public sealed record Write(T Value) : RegisterCall<T>
    {
        /// <inheritdoc/>
        public override string ToString() => $"write({Value})";
    }

    /// <summary>Sets the value if it equals the expected one; answers <see cref="Reply{T}.Done"/> or <see cref="Reply{T}.No"/>.</summary>
    /// <param name="Expected">The value it must have.</param>
    /// <param name="Value">The new value.</param>
    public sealed record CompareExchange(T Expected, T Value) : RegisterCall<T>
    {
        /// <inheritdoc/>
        public override string ToString() => $"cas({Expected}, {Value})";
    }
}

/// <summary>A variable that reads what was written last.</summary>
/// <typeparam name="T">The type of its value.</typeparam>
/// <param name="initial">The value before the first write.</param>
public sealed class RegisterModel<T>(T initial) : ISequentialModel<T, RegisterCall<T>, Reply<T>>
{
    /// <inheritdoc/>
    public T Initial => initial;

    /// <inheritdoc/>
    public IEnumerable<Outcome<T, Reply<T>>> Apply(T state, RegisterCall<T> input) => input switch
    {
        RegisterCall<T>.Read => [new(state, Reply<T>.Of(state))],
        RegisterCall<T>.Write write => [new(write.Value, Reply<T>.Done)],
        RegisterCall<T>.CompareExchange cas when EqualityComparer<T>.Default.Equals(cas.Expected, state) => [new(cas.Value, Reply<T>.Done)],
        RegisterCall<T>.CompareExchange => [new(state, Reply<T>.No)],
        _ => throw new ArgumentOutOfRangeException(nameof(input)),
    };
}
