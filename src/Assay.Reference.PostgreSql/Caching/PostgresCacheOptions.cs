using Microsoft.Extensions.Caching.Hybrid;

namespace Assay.Reference.PostgreSql.Caching;

/// <summary>How a cache in PostgreSQL works.</summary>
public sealed record PostgresCacheOptions
{
    /// <summary>The schema that holds the tables. Two caches in one database differ in it.</summary>
    public string Schema { get; init; } = "assay_cache";

    /// <summary>How long entries live that are stored without an end of their own: nothing stays for ever.</summary>
    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromMinutes(20);

    /// <summary>The longest payload that is stored, in bytes; at most 256 MB.</summary>
    public int MaxPayload { get; init; } = 1 << 20;

    /// <summary>
    /// The longest time for which the first level trusts that it has heard of every removal. Three times in this span that is proven by a
    /// question to the server; without proof the first level is passed by.
    /// </summary>
    public TimeSpan MaxStaleness { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The wait before connecting again after the connection that hears of removals was lost; it doubles with each failure.</summary>
    public TimeSpan FirstRetryDelay { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The longest such wait.</summary>
    public TimeSpan LongestRetryDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Serializers of values, asked in this order; then come text as UTF-8, bytes as they are, and JSON.</summary>
    public IReadOnlyList<IHybridCacheSerializerFactory> Serializers { get; init; } = [];

    /// <summary>Told of failures of the database that a read went on without. It must not throw.</summary>
    public Action<Exception>? ReadFailed { get; init; }

    /// <summary>Counts waits and the first level's times to live; the system's when null. When entries end, the server's clock decides.</summary>
    public TimeProvider? Clock { get; init; }

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Schema);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(TimeToLive, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxPayload);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxPayload, 1 << 28);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxStaleness, TimeSpan.FromMilliseconds(30));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxStaleness, TimeSpan.FromHours(1));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(FirstRetryDelay, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(LongestRetryDelay, FirstRetryDelay);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(LongestRetryDelay, TimeSpan.FromDays(1));
        ArgumentNullException.ThrowIfNull(Serializers);
    }
}
