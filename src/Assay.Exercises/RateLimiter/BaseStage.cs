using Assay.Contracts;

namespace Assay.Exercises.RateLimiter;

/// <summary>Stage one: a bucket for each key.</summary>
internal static class BaseStage
{
    public const string First = "full-bucket-grants-its-capacity";

    public static Stage Stage { get; } = new(1, "Base",
    [
        Check(First, "A new key may take exactly its capacity at once", FullBucket) with
        {
            Requires = [],
            Help = "A key that was never seen before has a full bucket: create it with its capacity, not with zero permits, and take from it in the same call.",
        },
        Check("permits-come-back", "One permit comes back every interval", PermitsComeBack) with
        {
            Help = "Count the time since a bucket was last looked at and add one permit for every whole interval in it; nothing has to run in the background.",
        },
        Check("never-above-capacity", "A bucket never holds more than its capacity, however long it is left alone", NeverAboveCapacity) with
        {
            Help = "After adding what has come back, cap it at the capacity, and do not remember the time beyond that.",
        },
        Check("keys-are-separate", "Keys do not affect each other, and \"a\" and \"A\" are two", KeysAreSeparate) with
        {
            Help = "Keep one bucket for each key, in a dictionary with StringComparer.Ordinal (the default for strings).",
        },
        Check("several-permits", "A request for several permits takes all of them or none", SeveralPermits) with
        {
            Help = "Compare the permits asked for with those that are there before taking any; a request is never granted in part.",
        },
        Check("remaining-is-told", "The decision tells the permits that remain after it, as Available does", RemainingIsTold) with
        {
            Help = "Read the number that remains after taking, in the same step as the decision, and let Available compute it by the same code.",
        },
    ]);

    private static Check Check(string id, string sentence, Action<Trial> run) => new(id, sentence, Weight.Behaviour, run) { Requires = [First] };

    private static void FullBucket(Trial trial)
    {
        var bucket = Bucket.New(trial);
        bucket.RequireDrained($"permits granted at once with a capacity of {bucket.Capacity}");
    }

    private static void PermitsComeBack(Trial trial)
    {
        var bucket = Bucket.New(trial);
        bucket.RequireDrained("permits granted at once");
        for (var round = 0; round < 4; round++)
        {
            var intervals = trial.Random.Next(1, bucket.Capacity);
            trial.Advance(bucket.Interval * intervals);
            trial.Equal(intervals, bucket.Drain(), $"permits granted after {intervals} intervals");
        }
    }

    private static void NeverAboveCapacity(Trial trial)
    {
        var bucket = Bucket.New(trial);
        trial.Advance(bucket.Interval * trial.Random.Next(5, 20));
        bucket.RequireDrained("permits granted to a new key later on");
        trial.Advance(bucket.Interval * (bucket.Capacity + trial.Random.Next(1, 20)));
        bucket.RequireDrained("permits granted after more than enough intervals");
    }

    private static void KeysAreSeparate(Trial trial)
    {
        var bucket = Bucket.New(trial);
        bucket.RequireDrained("permits granted to the first key");
        bucket.With(bucket.Key.ToUpperInvariant()).RequireDrained("permits granted to the same key in upper case");
        bucket.With(Bucket.NewKey(trial)).RequireDrained("permits granted to another key");
        bucket.With("").RequireDrained("permits granted to the empty key");
    }

    private static void SeveralPermits(Trial trial)
    {
        var bucket = Bucket.New(trial);
        var taken = trial.Random.Next(1, bucket.Capacity);
        trial.Equal(true, bucket.Limiter.TryAcquire(bucket.Key, taken).IsGranted, $"whether {taken} of {bucket.Capacity} permits are granted");
        var left = bucket.Capacity - taken;
        trial.Equal(false, bucket.Limiter.TryAcquire(bucket.Key, left + 1).IsGranted, $"whether {left + 1} permits are granted when {left} are left");
        trial.Equal(true, bucket.Limiter.TryAcquire(bucket.Key, left).IsGranted, $"whether the {left} permits are still there after the refusal");
        trial.Equal(0, bucket.Drain(), "permits granted after that");
    }

    private static void RemainingIsTold(Trial trial)
    {
        var bucket = Bucket.New(trial);
        trial.Equal(bucket.Capacity, bucket.Limiter.Available(bucket.Key), "available permits of a new key");
        var left = bucket.Capacity;
        while (left > 1)
        {
            var taken = trial.Random.Next(1, left);
            left -= taken;
            trial.Equal(new RateDecision(true, left, TimeSpan.Zero), bucket.Limiter.TryAcquire(bucket.Key, taken), $"the decision on {taken} permits");
            trial.Equal(left, bucket.Limiter.Available(bucket.Key), "available permits after it");
        }

        trial.Equal(1, bucket.Limiter.TryAcquire(bucket.Key, 2).Remaining, "permits that remain after a refusal");
        trial.Advance(bucket.Interval);
        trial.Equal(2, bucket.Limiter.Available(bucket.Key), "available permits an interval later");
    }
}
