using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace Assay.Reference.RateLimiting;

/// <summary>Tells everything that is wrong with a configured limit, before the first request finds out.</summary>
/// <param name="clock">The clock the limit will run on, which decides how fast a rate it can resolve; the system's when null.</param>
public sealed class RateLimitOptionsValidator(TimeProvider? clock = null) : IValidateOptions<RateLimitOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, RateLimitOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var wrong = Wrong(options).ToList();
        // Only then: what is left can go wrong in the combination alone.
        if (wrong.Count == 0 && Impossible(options) is { } impossible)
            wrong.Add(impossible);
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong.Select(one => $"Rate limit '{name}': {one}"));
    }

    private static IEnumerable<string> Wrong(RateLimitOptions options)
    {
        if (!Enum.IsDefined(options.Algorithm))
            yield return $"{nameof(options.Algorithm)} {options.Algorithm} does not exist.";
        if (options.Capacity <= 0)
            yield return $"{nameof(options.Capacity)} is {options.Capacity}; it must be positive.";
        if (options.PermitsPerPeriod <= 0)
            yield return $"{nameof(options.PermitsPerPeriod)} is {options.PermitsPerPeriod}; it must be positive.";
        if (options.Algorithm != RateLimitAlgorithm.Concurrency && options.Period <= TimeSpan.Zero)
            yield return $"{nameof(options.Period)} is {options.Period}; it must be positive.";
        if (options.Segments <= 0)
            yield return $"{nameof(options.Segments)} is {options.Segments}; it must be positive.";
        if (options.IsShadow && options.Algorithm == RateLimitAlgorithm.Concurrency)
            yield return $"{nameof(options.IsShadow)} is set; a limit on concurrency cannot stand in the shadow, because permits would come back to it that it never gave.";
        if (options.QueueLimit < 0)
            yield return $"{nameof(options.QueueLimit)} is {options.QueueLimit}; it must not be negative.";
        if (!Enum.IsDefined(options.QueueOrder))
            yield return $"{nameof(options.QueueOrder)} {options.QueueOrder} does not exist.";
        if (options.MaxKeys <= 0)
            yield return $"{nameof(options.MaxKeys)} is {options.MaxKeys}; it must be positive.";
        if (options.SweepInterval <= TimeSpan.Zero || options.SweepInterval > TimeSpan.FromDays(1))
            yield return $"{nameof(options.SweepInterval)} is {options.SweepInterval}; it must be positive and at most a day.";
    }

    private string? Impossible(RateLimitOptions options)
    {
        try
        {
            options.CreateLimit(clock ?? TimeProvider.System);
            return null;
        }
        catch (ArgumentOutOfRangeException exception)
        {
            return exception.Message;
        }
    }
}
