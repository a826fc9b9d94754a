namespace Assay.Verify;

/// <summary>One call in a concurrent history: what was asked, by whom, what came back, and when on the shared logical counter.</summary>
/// <typeparam name="TOp">What is asked of the object.</typeparam>
/// <typeparam name="TResult">What it answers.</typeparam>
/// <param name="Lane">The thread, task or client that made the call; a lane makes one call at a time.</param>
/// <param name="Input">What was asked.</param>
/// <param name="Result">What came back; meaningless while the call is pending.</param>
/// <param name="Invoked">The counter when the call began.</param>
/// <param name="Returned">The counter when it returned; null when it never did: it may have taken effect or not.</param>
public sealed record Operation<TOp, TResult>(int Lane, TOp Input, TResult? Result, long Invoked, long? Returned)
{
    /// <summary>Whether the call never returned.</summary>
    public bool IsPending => Returned is null;

    /// <summary>Whether this call returned before the other began, so that every legal order keeps it first.</summary>
    /// <param name="other">The other call.</param>
    /// <returns>True when the calls do not overlap and this one is first.</returns>
    public bool Precedes(Operation<TOp, TResult> other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Returned < other.Invoked;
    }

    /// <summary>The call as a reader writes it: <c>dequeue() → 1</c>, or <c>dequeue() → ?</c> while it is pending.</summary>
    /// <returns>Input, arrow, result.</returns>
    public override string ToString() => $"{Input} → {(IsPending ? "?" : Result?.ToString() ?? "null")}";
}
