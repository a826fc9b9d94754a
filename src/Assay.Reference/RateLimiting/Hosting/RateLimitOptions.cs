using System.Threading.RateLimiting;

namespace Assay.Reference.RateLimiting;

/// <summary>How a limit counts.</summary>
public enum RateLimitAlgorithm
{
    /// <summary><see cref="RateLimiting.TokenBucket"/>.</summary>
    TokenBucket,

    /// <summary><see cref="RateLimiting.FixedWindow"/>.</summary>
    FixedWindow,

    /// <summary><see cref="RateLimiting.SlidingLog"/>.</summary>
    SlidingLog,

    /// <summary><see cref="RateLimiting.SlidingCounter"/>.</summary>
    SlidingCounter,

    /// <summary><see cref="ConcurrencyLimit"/>.</summary>
    Concurrency,
}

/// <summary>
/// A named limit, as it is configured. When the configuration is loaded again, capacity, rate, period and segments change live
/// (<see cref="PermitLimit.ChangeTo"/>); the rest is read once.
/// </summary>
public sealed class RateLimitOptions
{
    /// <summary>How the limit counts.</summary>
    public RateLimitAlgorithm Algorithm { get; set; }

    /// <summary>The burst of a bucket, the permits of a window, or the permits held at once; positive.</summary>
    public int Capacity { get; set; }

    /// <summary>The permits that accrue in a period of a token bucket; <see cref="Capacity"/> when null. Nothing else uses it.</summary>
    public int? PermitsPerPeriod { get; set; }

    /// <summary>The period of a bucket or the length of a window; positive. Not used by a limit on concurrency.</summary>
    public TimeSpan Period { get; set; }

    /// <summary>The segments of a sliding counter; positive. Nothing else uses it.</summary>
    public int Segments { get; set; } = 8;

    /// <summary>The most permits waited for at the limiter of the name; zero for no queue. Limiters by key never queue.</summary>
    public int QueueLimit { get; set; }

    /// <summary>Who is served first of those who wait.</summary>
    public QueueProcessingOrder QueueOrder { get; set; }

    /// <summary>Whether the system's clock is read in its steps of some milliseconds: see <see cref="CoarseClock"/>.</summary>
    public bool UsesCoarseClock { get; set; }

    /// <summary>
    /// Whether the limit stands in the shadow: it grants everything, and counts what it would have rejected. See <see cref="ShadowLimit"/>.
    /// A reload cannot change this.
    /// </summary>
    public bool IsShadow { get; set; }

    /// <summary>The most keys at once; a request with one more is rejected. Positive.</summary>
    public int MaxKeys { get; set; } = 100_000;

    /// <summary>The time between sweeps of the keys whose permits are all available; positive.</summary>
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Makes a limit as configured.</summary>
    /// <param name="clock">The clock, which a coarse one replaces where that is asked for and it is the system's.</param>
    /// <returns>A limit with all its permits, which enforces them also where <see cref="IsShadow"/> is set.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number makes no sense; <see cref="RateLimitOptionsValidator"/> tells which.</exception>
    public PermitLimit CreateLimit(TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        var time = UsesCoarseClock ? CoarseClock.Of(clock) : clock;
        return Algorithm switch
        {
            RateLimitAlgorithm.TokenBucket => new TokenBucket(Capacity, PermitsPerPeriod ?? Capacity, Period, time),
            RateLimitAlgorithm.FixedWindow => new FixedWindow(Capacity, Period, time),
            RateLimitAlgorithm.SlidingLog => new SlidingLog(Capacity, Period, time),
            RateLimitAlgorithm.SlidingCounter => new SlidingCounter(Capacity, Period, Segments, time),
            RateLimitAlgorithm.Concurrency => new ConcurrencyLimit(Capacity, time),
            _ => throw new InvalidOperationException($"There is no algorithm {Algorithm}."),
        };
    }
}
