using System.Collections.Immutable;

namespace Assay.CodeFixes.Rewriting;

/// <summary>
/// A type of Assay.Reference that fixes write. A fix offers it only where the compilation has the type; a test resolves every name here
/// in the library, so none can be renamed there alone.
/// </summary>
/// <param name="Type">The metadata name.</param>
/// <param name="Members">The members that the written code calls.</param>
internal sealed record ReferenceTarget(string Type, ImmutableArray<string> Members)
{
    /// <summary>A cache bounded in entries and time, in place of a dictionary that only grows.</summary>
    public static readonly ReferenceTarget LruTtlCache = new(
        "Assay.Reference.Caching.LruTtlCache`2", ["GetOrAdd", "GetOrAddAsync", "TryGet", "Set", "TryRemove"]);

    /// <summary>The contract of all caches: one load for a key at a time, in place of a factory that runs more than once.</summary>
    public static readonly ReferenceTarget Cache = new("Assay.Reference.Caching.ICache`2", ["GetOrAdd", "GetOrAddAsync"]);

    /// <summary>A token bucket, in place of a count and an instant guarded by hand.</summary>
    public static readonly ReferenceTarget TokenBucket = new("Assay.Reference.RateLimiting.TokenBucket", ["TryAcquire", "ToTimeSpan"]);

    public static readonly ImmutableArray<ReferenceTarget> All = [LruTtlCache, Cache, TokenBucket];
}
