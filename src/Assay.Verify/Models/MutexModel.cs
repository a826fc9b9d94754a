namespace Assay.Verify;

/// <summary>What a client does with a mutex.</summary>
public enum MutexAction
{
    /// <summary>Waits for the lock and takes it. It cannot be answered while another client holds it.</summary>
    Acquire,

    /// <summary>Takes the lock if it is free; answers whether it did.</summary>
    TryAcquire,

    /// <summary>Gives the lock back; answers whether the client held it.</summary>
    Release,
}

/// <summary>A call on a mutex.</summary>
/// <param name="Action">What is done.</param>
/// <param name="Client">Who does it; not negative.</param>
public readonly record struct MutexCall(MutexAction Action, int Client)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Action.ToString().ToLowerInvariant()}(by {Client})";
}

/// <summary>A lock that is not re-entrant. Its state is the client that holds it, or null.</summary>
public sealed class MutexModel : ISequentialModel<int?, MutexCall, bool>
{
    /// <inheritdoc/>
    public int? Initial => null;

    /// <inheritdoc/>
    public IEnumerable<Outcome<int?, bool>> Apply(int? state, MutexCall input) => input.Action switch
    {
        // No outcome: a blocking acquire takes effect only once the lock is free.
        MutexAction.Acquire when state is not null => [],
        MutexAction.Acquire => [new(input.Client, true)],
        MutexAction.TryAcquire when state is not null => [new(state, false)],
        MutexAction.TryAcquire => [new(input.Client, true)],
        MutexAction.Release when state == input.Client => [new(null, true)],
        MutexAction.Release => [new(state, false)],
        _ => throw new ArgumentOutOfRangeException(nameof(input)),
    };
}
