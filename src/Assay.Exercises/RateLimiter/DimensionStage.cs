using Assay.Contracts;

namespace Assay.Exercises.RateLimiter;

/// <summary>Stage three: several keys at once, and keys that are forgotten.</summary>
internal static class DimensionStage
{
    public static Stage Stage { get; } = new(3, "Several dimensions, forgotten keys",
    [
        Check("all-keys-pay", "A granted request for several keys takes its permits from each of them", AllKeysPay) with
        {
            Help = "When all buckets hold enough, take the permits from every one of them.",
        },
        Check("all-or-nothing", "A refused request for several keys takes nothing from any of them", AllOrNothing) with
        {
            Help = "Look at all buckets before you take from any; what was taken and put back was missing to others meanwhile.",
        },
        Check("longest-wait-counts", "The time to retry is the longest of the keys', and exact", LongestWaitCounts) with
        {
            Help = "Of the waits of all keys that fall short the longest decides; the others are over by then.",
        },
        Check("senseless-keys-are-errors", "No keys, too many, null or one named twice is an ArgumentException and takes nothing", SenselessKeys) with
        {
            Category = "Errors",
            Help = "Look at the whole list (none, more than eight, null, twice) before any bucket is touched.",
        },
        Check("idle-keys-are-forgotten", "RemoveIdle forgets exactly the keys whose bucket is full", IdleKeysAreForgotten) with
        {
            Category = "Resources",
            Help = "Let RemoveIdle bring each bucket up to date first: idle is who would be full now, and nobody else.",
        },
        Check("forgetting-is-unobservable", "Nobody can tell by the decisions whether keys were forgotten", ForgettingIsUnobservable) with
        {
            Help = "Forget only what a new bucket would be exactly like: a full one. A bucket that lacks a fraction of a permit is not.",
        },
    ]);

    private static Check Check(string id, string sentence, Action<Trial> run) =>
        new(id, sentence, Weight.Behaviour, run) { Requires = [BaseStage.First] };

    private static void AllKeysPay(Trial trial)
    {
        var (bucket, keys) = Some(trial, trial.Random.Next(2, 9));
        foreach (var key in keys)
            trial.Equal(bucket.Capacity, bucket.Limiter.Available(key), "available permits of a new key");
        var poorest = keys[trial.Random.Next(1, keys.Length)];
        var first = trial.Random.Next(1, bucket.Capacity);
        trial.Equal(true, bucket.Limiter.TryAcquire(poorest, first).IsGranted, "whether one of the keys grants alone");
        var permits = trial.Random.Next(1, bucket.Capacity - first + 1);
        var fewest = bucket.Capacity - first - permits;
        trial.Equal(
            new RateDecision(true, fewest, TimeSpan.Zero), bucket.Limiter.TryAcquireAll(keys, permits), $"the decision on {permits} permits of {keys.Length} keys");
        foreach (var key in keys)
        {
            var left = bucket.Capacity - permits - (key == poorest ? first : 0);
            trial.Equal(left, bucket.With(key).Drain(), "permits left to one of the keys");
        }
    }

    private static void AllOrNothing(Trial trial)
    {
        var (bucket, keys) = Some(trial, trial.Random.Next(2, 6));
        var exhausted = trial.Random.Next(keys.Length);
        bucket.With(keys[exhausted]).RequireDrained("permits of one of the keys");
        for (var ask = 0; ask < bucket.Capacity + 2; ask++)
            trial.Equal(new RateDecision(false, 0, bucket.Interval), bucket.Limiter.TryAcquireAll(keys, 1), "the decision when one of the keys has no permit");
        for (var i = 0; i < keys.Length; i++)
            trial.Equal(i == exhausted ? 0 : bucket.Capacity, bucket.With(keys[i]).Drain(), $"permits left to key {i + 1} of {keys.Length} after the refusals");
    }

    private static void LongestWaitCounts(Trial trial)
    {
        var (bucket, keys) = Some(trial, 3);
        // Missing permits: of the middle key the most, so that neither the first nor the last wait is the answer.
        foreach (var key in keys)
            bucket.With(key).RequireDrained("permits of one of the keys");
        trial.Advance(bucket.Interval * 2);
        trial.Equal(2, bucket.With(keys[1]).Drain(), "permits of the second key two intervals later");
        var passed = bucket.PartOfInterval();
        trial.Advance(passed);
        var permits = bucket.Capacity;
        var wait = bucket.Interval * permits - passed;
        foreach (var order in new[] { keys, [keys[2], keys[1], keys[0]], [keys[1], keys[0], keys[2]], [keys[2], keys[0], keys[1]] })
            trial.Equal(new RateDecision(false, 0, wait), bucket.Limiter.TryAcquireAll(order, permits), "the decision on keys with different waits");
        trial.Advance(wait - TimeSpan.FromTicks(1));
        trial.Equal(false, bucket.Limiter.TryAcquireAll(keys, permits).IsGranted, "whether it is granted one tick earlier");
        trial.Advance(TimeSpan.FromTicks(1));
        trial.Equal(true, bucket.Limiter.TryAcquireAll(keys, permits).IsGranted, "whether it is granted at the time to retry");
    }

    private static void SenselessKeys(Trial trial)
    {
        var (bucket, keys) = Some(trial, 2);
        trial.Throws<ArgumentException>(() => bucket.Limiter.TryAcquireAll([], 1), "a request for no key");
        trial.Throws<ArgumentException>(() => bucket.Limiter.TryAcquireAll([.. keys, keys[0]], 1), "a request with a key named twice");
        trial.Throws<ArgumentException>(() => bucket.Limiter.TryAcquireAll([keys[0], null!], 1), "a request with the key null");
        trial.Throws<ArgumentException>(() => bucket.Limiter.TryAcquireAll([.. Some(trial, 9).Keys], 1), "a request for nine keys");
        foreach (var permits in new[] { 0, -1, bucket.Capacity + 1 })
            trial.Throws<ArgumentOutOfRangeException>(() => bucket.Limiter.TryAcquireAll(keys, permits), $"a request for {permits} of {bucket.Capacity} permits");
        trial.Equal(true, bucket.Limiter.TryAcquireAll(keys, bucket.Capacity).IsGranted, "whether both keys still have all their permits");
    }

    private static void IdleKeysAreForgotten(Trial trial)
    {
        var (bucket, keys) = Some(trial, 40);
        foreach (var key in keys)
            trial.Equal(true, bucket.Limiter.TryAcquire(key, trial.Random.Next(1, bucket.Capacity)).IsGranted, "whether a new key grants");
        bucket.Limiter.RemoveIdle();
        trial.Equal(keys.Length, bucket.Limiter.CountKeys(), "remembered keys when no bucket is full");
        trial.Advance(bucket.Interval * bucket.Capacity - TimeSpan.FromTicks(1));
        var busy = keys[..trial.Random.Next(5, 15)];
        foreach (var key in busy)
            trial.Equal(true, bucket.Limiter.TryAcquire(key, 1).IsGranted, "whether a key grants that has been refilled");
        trial.Advance(TimeSpan.FromTicks(1));
        bucket.Limiter.RemoveIdle();
        trial.Equal(busy.Length, bucket.Limiter.CountKeys(), "remembered keys when the buckets of all others are full");
        trial.Advance(bucket.Interval * bucket.Capacity);
        bucket.Limiter.RemoveIdle();
        trial.Equal(0, bucket.Limiter.CountKeys(), "remembered keys when all buckets are full");
    }

    // The same requests at the same times to two keys, one of which is swept all the while.
    private static void ForgettingIsUnobservable(Trial trial)
    {
        var bucket = Bucket.New(trial);
        var kept = trial.Create<IRateLimiter>(bucket.Capacity, bucket.Interval);
        trial.Equal(true, kept.TryAcquire(bucket.Key, bucket.Capacity).IsGranted, "whether a new key grants its capacity");
        trial.Equal(true, bucket.Limiter.TryAcquire(bucket.Key, bucket.Capacity).IsGranted, "whether a new key grants its capacity");
        for (var step = 0; step < 60; step++)
        {
            trial.Advance(bucket.PartOfInterval() + bucket.Interval * trial.Random.Next(0, bucket.Capacity / 2 + 1));
            bucket.Limiter.RemoveIdle();
            var permits = trial.Random.Next(1, bucket.Capacity + 1);
            trial.Equal(kept.TryAcquire(bucket.Key, permits), bucket.Limiter.TryAcquire(bucket.Key, permits), $"the decision on {permits} permits after RemoveIdle");
        }
    }

    private static (Bucket Bucket, string[] Keys) Some(Trial trial, int count)
    {
        var bucket = Bucket.New(trial);
        return (bucket, [.. Enumerable.Range(0, count).Select(_ => Bucket.NewKey(trial))]);
    }
}
