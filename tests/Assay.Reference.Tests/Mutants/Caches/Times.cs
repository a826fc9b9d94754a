using Assay.Reference.Caching;

namespace Assay.Reference.Tests.Mutants.Caches;

/// <summary>A value is still read at the very instant of its expiry.</summary>
internal sealed class AliveAtItsExpiry(CacheOptions<int, int> options) : PlainCache(options)
{
    protected override bool IsFresh(PlainEntry entry) => Clock.GetTimestamp() <= entry.ExpiresAt;
}

/// <summary>H-CA-9: the present plus the longest time to live overflows, so the entry is dead at birth.</summary>
internal sealed class OverflowingExpiry(CacheOptions<int, int> options) : PlainCache(options)
{
    protected override long ExpiryOf(EntryTerms terms) =>
        terms.TimeToLive is { } life ? unchecked(Clock.GetTimestamp() + 1 + life.Ticks) - 1 : long.MaxValue;
}

/// <summary>H-CA-9: expiry by the wall clock: setting it back extends lives.</summary>
internal sealed class WallClockExpiry(CacheOptions<int, int> options) : PlainCache(options)
{
    protected override bool IsFresh(PlainEntry entry) => Clock.GetUtcNow().Ticks < entry.ExpiresAt;

    protected override long ExpiryOf(EntryTerms terms) =>
        terms.TimeToLive is { } life ? Clock.GetUtcNow().Ticks + life.Ticks : long.MaxValue;
}

/// <summary>Reports a value that was replaced both then and when its successor leaves.</summary>
internal sealed class ReportsTwice(CacheOptions<int, int> options) : PlainCache(options)
{
    private readonly Dictionary<int, PlainEntry> _replaced = [];

    protected override void Report(PlainEntry entry, RemovalCause cause)
    {
        base.Report(entry, cause);
        if (cause == RemovalCause.Replaced)
            _replaced[entry.Key] = entry;
        else if (_replaced.Remove(entry.Key, out var before))
            base.Report(before, cause);
    }
}
