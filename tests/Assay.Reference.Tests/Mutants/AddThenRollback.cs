using Assay.Verify;

namespace Assay.Reference.Tests.Mutants;

/// <summary>
/// H-RL-5: adds first and takes back what was too much. Between the two another thread catches up with the clock, and the rollback then
/// lowers an instant that no longer contains the addition. One permit is worth one tick.
/// </summary>
internal sealed class AddThenRollback(IPrimitives primitives, int capacity)
{
    private readonly ISharedVariable<long> _fullAt = primitives.NewVariable(0L, "fullAt");

    public bool TryAcquire(long now)
    {
        var seen = _fullAt.Read();
        if (seen < now)
            _fullAt.CompareExchange(now, seen);
        if (Add(1) <= now + capacity)
            return true;
        Add(-1);
        return false;
    }

    private long Add(long ticks)
    {
        while (true)
        {
            var seen = _fullAt.Read();
            if (_fullAt.CompareExchange(seen + ticks, seen) == seen)
                return seen + ticks;
        }
    }
}
