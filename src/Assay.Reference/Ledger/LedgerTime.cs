namespace Assay.Reference.Ledger;

/// <summary>The ledger's time: the wall clock, which events persist, held back from going backwards.</summary>
/// <remarks>After a clock that was ahead is set back, time stands still until the clock has caught up; order is kept, timeouts get longer.</remarks>
internal sealed class LedgerTime(TimeProvider clock)
{
    // Only grows.
    private long _latest;

    public DateTimeOffset Now() => new(Raise(clock.GetUtcNow().UtcTicks), TimeSpan.Zero);

    /// <summary>Lets time begin no earlier than an instant of the past, when events of an earlier run are replayed.</summary>
    public void NotBefore(DateTimeOffset instant) => Raise(instant.UtcTicks);

    // Answers the later of the two, which it is from then on.
    private long Raise(long ticks)
    {
        var latest = Volatile.Read(ref _latest);
        while (latest < ticks)
        {
            var seen = Interlocked.CompareExchange(ref _latest, ticks, latest);
            if (seen == latest)
                return ticks;
            latest = seen;
        }

        return latest;
    }
}
