using System.Collections.Immutable;
using Assay.Contracts;
using Assay.Verify;

namespace Assay.Exercises.RateLimiter;

/// <summary>What a limiter does while the clock stands still, beginning with full buckets: the permits that were taken, by key.</summary>
internal static class BucketModel
{
    public static ISequentialModel<ImmutableSortedDictionary<string, int>, Call, Answer> Of(int capacity, TimeSpan interval) =>
        SequentialModel.Of<ImmutableSortedDictionary<string, int>, Call, Answer>(
            ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal), (taken, call) => Step(capacity, interval, taken, call), stateComparer: new ByContent());

    private static (ImmutableSortedDictionary<string, int> Taken, Answer Answer) Step(
        int capacity, TimeSpan interval, ImmutableSortedDictionary<string, int> taken, Call call) => call.Method.Name switch
    {
        nameof(IRateLimiter.TryAcquire) => Take(capacity, interval, taken, [(string)call.Arguments[0]!], (int)call.Arguments[1]!),
        nameof(IRateLimiter.TryAcquireAll) => Take(capacity, interval, taken, (IReadOnlyList<string>)call.Arguments[0]!, (int)call.Arguments[1]!),
        nameof(IRateLimiter.Available) => (taken, new Answer(capacity - taken.GetValueOrDefault((string)call.Arguments[0]!))),
        // What is forgotten cannot be noticed.
        _ => (taken, new Answer(null)),
    };

    private static (ImmutableSortedDictionary<string, int> Taken, Answer Answer) Take(
        int capacity, TimeSpan interval, ImmutableSortedDictionary<string, int> taken, IReadOnlyList<string> keys, int permits)
    {
        var fewest = keys.Min(key => capacity - taken.GetValueOrDefault(key));
        if (fewest < permits)
            return (taken, new Answer(new RateDecision(false, fewest, interval * (permits - fewest))));
        var after = taken.SetItems(keys.Select(key => KeyValuePair.Create(key, taken.GetValueOrDefault(key) + permits)));
        return (after, new Answer(new RateDecision(true, fewest - permits, TimeSpan.Zero)));
    }

    private sealed class ByContent : IEqualityComparer<ImmutableSortedDictionary<string, int>>
    {
        public bool Equals(ImmutableSortedDictionary<string, int>? x, ImmutableSortedDictionary<string, int>? y) =>
            ReferenceEquals(x, y) || (x is not null && y is not null && x.SequenceEqual(y));

        public int GetHashCode(ImmutableSortedDictionary<string, int> taken)
        {
            var hash = default(HashCode);
            foreach (var (key, permits) in taken)
            {
                hash.Add(key);
                hash.Add(permits);
            }

            return hash.ToHashCode();
        }
    }
}
