namespace Assay.Verify;

/// <summary>Counts the steps of a search down and lets it be cancelled.</summary>
internal sealed class StepBudget(long limit, CancellationToken cancellation)
{
    private const long CancellationStride = 1024;

    public long Spent { get; private set; }

    public bool IsSpent => Spent >= limit;

    public bool TrySpend()
    {
        if (IsSpent)
            return false;
        if (Spent++ % CancellationStride == 0)
            cancellation.ThrowIfCancellationRequested();
        return true;
    }

    /// <summary>A part of what is left, counted here too once <see cref="Charge"/>d.</summary>
    public StepBudget Slice(long most) => new(Math.Min(most, limit - Spent), cancellation);

    public void Charge(StepBudget slice) => Spent += slice.Spent;
}
