using System.Runtime.ExceptionServices;

namespace Assay.Reference.Caching;

/// <summary>How a load ended.</summary>
/// <param name="Value">The value, unless it failed.</param>
/// <param name="Weight">Its weight.</param>
/// <param name="Failure">What it threw; null when it succeeded.</param>
/// <param name="IsStale">Whether the value is an expired one in place of a failure.</param>
internal readonly record struct Outcome<TValue>(TValue Value, long Weight, Exception? Failure, bool IsStale)
{
    public static Outcome<TValue> Loaded(TValue value, long weight) => new(value, weight, null, false);

    public static Outcome<TValue> Stale(TValue value) => new(value, 0, null, true);

    public static Outcome<TValue> Failed(Exception failure) => new(default!, 0, failure, false);

    /// <summary>The value, or the failure thrown with its own stack trace.</summary>
    public TValue ValueOrThrow()
    {
        if (Failure is not null)
            ExceptionDispatchInfo.Throw(Failure);
        return Value;
    }
}
