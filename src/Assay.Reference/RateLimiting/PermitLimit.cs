using System.Diagnostics.CodeAnalysis;

namespace Assay.Reference.RateLimiting;

/// <summary>A limit on permits over time that decides at once, without timers, queues or allocations. Safe for concurrent use.</summary>
public abstract class PermitLimit
{
    /// <summary>The time to retry of a limit that cannot know it, because permits come back when their holders are done.</summary>
    public const long UnknownTicks = long.MaxValue;

    // A coarse clock is faster to read than a virtual method is to call.
    private readonly bool _isCoarse;

    // Changes only under the lock of a limit that has one.
    private protected int _capacity;

    private protected PermitLimit(int capacity, TimeProvider? clock)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        _capacity = capacity;
        Clock = clock ?? TimeProvider.System;
        _isCoarse = Clock is CoarseClock;
    }

    /// <summary>Raised after a change, without a lock.</summary>
    internal event Action? Changed;

    /// <summary>The most permits available at once, at present: <see cref="ChangeTo"/> sets it.</summary>
    public virtual int Capacity => Volatile.Read(ref _capacity);

    /// <summary>Where timestamps come from.</summary>
    public TimeProvider Clock { get; }

    /// <summary>A timestamp of <see cref="Clock"/>.</summary>
    public long Now => _isCoarse ? CoarseClock.Read() : Clock.GetTimestamp();

    /// <summary>Whether granted permits are held and must be returned, rather than spent.</summary>
    public virtual bool ReturnsPermits => false;

    /// <summary>Takes the permits if they are available now; a rejection changes nothing.</summary>
    /// <param name="permits">How many; zero asks whether one is available and takes none.</param>
    /// <returns>The decision.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="permits"/> is negative or more than <see cref="Capacity"/>, which no wait can satisfy.
    /// </exception>
    public Decision TryAcquire(int permits = 1) => TryAcquire(permits, Now);

    /// <summary>As <see cref="TryAcquire(int)"/>, at a timestamp of <see cref="Clock"/> that the caller has read already.</summary>
    /// <param name="permits">How many; zero asks whether one is available and takes none.</param>
    /// <param name="timestamp">
    /// The instant. Timestamps may arrive out of order, and one in the past never gains permits: what was spent stays spent.
    /// </param>
    /// <returns>The decision.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="permits"/> is negative or more than <see cref="Capacity"/>.
    /// </exception>
    public Decision TryAcquire(int permits, long timestamp)
    {
        var decision = Ask(permits, timestamp);
        if (decision.IsImpossible)
            ThrowNeverPossible(permits);
        return decision;
    }

    /// <summary>What <see cref="TryAcquire(int, long)"/> would answer, without taking the permits.</summary>
    /// <param name="permits">How many; zero asks for one.</param>
    /// <param name="timestamp">The instant.</param>
    /// <returns>The decision, with the permits that remain as long as nobody takes them.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="permits"/> is negative or more than <see cref="Capacity"/>.
    /// </exception>
    public Decision Peek(int permits, long timestamp)
    {
        var decision = Decide(permits == 0 ? 1 : permits, timestamp, isTaking: false);
        if (decision.IsImpossible)
            ThrowNeverPossible(permits);
        return decision;
    }

    /// <summary>
    /// Takes over the numbers of another limit, in one step: every request is decided by the old ones or by the new ones. What was taken
    /// and has not come back stays taken, and comes back as the new numbers say; what has come back does not leave again.
    /// </summary>
    /// <remarks>
    /// So a change gains nobody a permit that the new numbers would not grant, and lowering the capacity below what is taken leaves a
    /// debt: nothing is granted until it is paid. A time to retry that was told before stays long enough unless the change is to fewer
    /// permits or longer times; then the request is rejected again, and told the rest. Requests that wait in a
    /// <see cref="PermitRateLimiter"/> are decided again at once, and those for more than the new capacity are rejected.
    /// </remarks>
    /// <param name="terms">A limit of the same kind on the same clock. It is only read: make one for the purpose.</param>
    /// <exception cref="ArgumentException">The other limit is of another kind, or counts time by another clock. Nothing has changed.</exception>
    public void ChangeTo(PermitLimit terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        ThrowIfNoTerms(terms);
        TakeOver(terms, Now);
        Changed?.Invoke();
    }

    /// <summary>
    /// How long every permit has been available, in clock units; null while one is missing. Only then can the state be dropped.
    /// </summary>
    /// <param name="timestamp">The instant, a timestamp of <see cref="Clock"/>.</param>
    /// <returns>Clock units, not negative, or null.</returns>
    public abstract long? IdleTicks(long timestamp);

    /// <summary>Gives held permits back. The limiter around the limit calls it when a lease is disposed.</summary>
    /// <param name="permits">How many; positive.</param>
    /// <exception cref="InvalidOperationException">The limit does not take permits back, or so many are not held.</exception>
    public virtual void Return(int permits) => throw new InvalidOperationException("Permits of this limit are spent, not held.");

    /// <summary>Clock units as a time span, rounded up: whoever waits that long is never early. Saturates.</summary>
    /// <param name="ticks">Clock units; not negative.</param>
    /// <returns>The time span.</returns>
    public TimeSpan ToTimeSpan(long ticks)
    {
        var frequency = (Int128)Clock.TimestampFrequency;
        var spanTicks = (ticks * (Int128)TimeSpan.TicksPerSecond + frequency - 1) / frequency;
        return TimeSpan.FromTicks((long)Int128.Min(spanTicks, long.MaxValue));
    }

    /// <summary>
    /// Ends the limit if all its permits are available; from then on it answers <see cref="Decision.Retired"/>. One step with respect to
    /// every decision: nobody takes from it after it was found full.
    /// </summary>
    internal abstract bool TryRetire(long timestamp);

    /// <summary>Takes over the numbers of a limit that was looked at by <see cref="ThrowIfNoTerms"/>. A limit that was dropped stays so.</summary>
    internal abstract void TakeOver(PermitLimit terms, long timestamp);

    /// <summary>Throws for a limit whose numbers this one cannot take over.</summary>
    internal virtual void ThrowIfNoTerms(PermitLimit terms)
    {
        if (terms.GetType() != GetType())
            throw new ArgumentException($"A {GetType().Name} cannot go on as a {terms.GetType().Name}: they count differently.", nameof(terms));
        if (terms.Clock != Clock)
            throw new ArgumentException("Limits with different clocks have no common unit of time.", nameof(terms));
    }

    /// <summary>As <see cref="TryAcquire(int, long)"/>, but answers <see cref="Decision.Impossible"/> instead of throwing.</summary>
    internal Decision Ask(int permits, long timestamp) =>
        permits == 0 ? Decide(1, timestamp, isTaking: false) : Decide(permits, timestamp, isTaking: true);

    /// <summary>The error of <see cref="Decision.Impossible"/>.</summary>
    [DoesNotReturn]
    internal void ThrowNeverPossible(int permits) =>
        throw new ArgumentOutOfRangeException(nameof(permits), permits, $"0 to {Capacity} permits can be asked for.");

    /// <summary>
    /// Decides on a number of permits that is not zero, and takes them if it may and is to. The capacity is looked at here, in the same step:
    /// before, it could change in between.
    /// </summary>
    private protected abstract Decision Decide(int permits, long timestamp, bool isTaking);
}
