using System.Buffers;
using System.Globalization;

namespace Assay.Reference.RateLimiting;

/// <summary>
/// A limit as HTTP tells it to clients: the fields <c>RateLimit-Policy</c> and <c>RateLimit</c> of draft-ietf-httpapi-ratelimit-headers,
/// and <c>Retry-After</c>. Text only; no web framework is needed.
/// </summary>
public sealed class RateLimitPolicy
{
    /// <summary>The name of the field that describes the policy.</summary>
    public const string PolicyField = "RateLimit-Policy";

    /// <summary>The name of the field that tells what is left.</summary>
    public const string LimitField = "RateLimit";

    // What a string of structured fields can hold (RFC 9651, 3.3.3): the printable characters of ASCII.
    private static readonly SearchValues<char> Printable = SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(code => (char)code)]);

    private readonly string _name;

    /// <summary>Describes a policy.</summary>
    /// <param name="name">Its name, of printable ASCII characters.</param>
    /// <param name="quota">The permits of a window; positive.</param>
    /// <param name="window">The length of the window; positive. Told in seconds, rounded up.</param>
    /// <exception cref="ArgumentException">The name is empty or holds other characters.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The quota or the window is not positive.</exception>
    public RateLimitPolicy(string name, int quota, TimeSpan window)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(quota);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(window, TimeSpan.Zero);
        if (name.AsSpan().ContainsAnyExcept(Printable))
            throw new ArgumentException("A field can hold printable ASCII characters only.", nameof(name));
        _name = $"\"{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
        Policy = string.Create(CultureInfo.InvariantCulture, $"{_name};q={quota};w={WholeSeconds(window)}");
    }

    /// <summary>The value of <see cref="PolicyField"/>, such as <c>"api";q=100;w=60</c>.</summary>
    public string Policy { get; }

    /// <summary>Seconds, rounded up: whoever waits so long is never early. So a wait of 0.2 s is told as 1, not as 0.</summary>
    /// <param name="wait">The wait.</param>
    /// <returns>Whole seconds, not negative: the value of <c>Retry-After</c>.</returns>
    public static long WholeSeconds(TimeSpan wait) =>
        wait <= TimeSpan.Zero ? 0 : ((wait.Ticks - 1) / TimeSpan.TicksPerSecond) + 1;

    /// <summary>The value of <see cref="LimitField"/>, such as <c>"api";r=0;t=5</c>.</summary>
    /// <param name="remaining">The permits that are left; not negative.</param>
    /// <param name="retryAfter">How long until the request succeeds; null when it did, or when nobody knows.</param>
    /// <returns>The value.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="remaining"/> is negative.</exception>
    public string Limit(int remaining, TimeSpan? retryAfter = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(remaining);
        return retryAfter is { } wait
            ? string.Create(CultureInfo.InvariantCulture, $"{_name};r={remaining};t={WholeSeconds(wait)}")
            : string.Create(CultureInfo.InvariantCulture, $"{_name};r={remaining}");
    }
}
