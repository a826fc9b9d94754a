using Assay.Contracts;

namespace Assay.Exercises.RateLimiter;

/// <summary>A clock that moves whenever it is read: whatever is decided must have been right at one of the instants that were read.</summary>
internal static class InstantCheck
{
    private const int Calls = 80;
    // A call reads the clock a few times; who reads it without end is not worth as many comparisons.
    private const int MostReadings = 1000;

    public static void Run(Trial trial)
    {
        var bucket = Bucket.New(trial, trial.Random.Next(2, 6), TimeSpan.FromTicks(trial.Random.Next(3_000, 30_000)));
        // Of an interval so much that a permit often comes back between two readings.
        var step = bucket.Interval.Ticks * trial.Random.Next(25, 45) / 100;
        var now = Now(trial, step);
        HashSet<long> fullAt = [0];
        for (var call = 0; call < Calls; call++)
        {
            var permits = trial.Random.Next(0, bucket.Capacity + 1);
            var decision = permits > 0 ? bucket.Limiter.TryAcquire(bucket.Key, permits) : new RateDecision(true, bucket.Limiter.Available(bucket.Key), TimeSpan.Zero);
            var (before, readings) = (now, new List<long>());
            now = Now(trial, step);
            for (var read = before + step; read <= now && readings.Count < MostReadings; read += step)
                readings.Add(read);
            var possible = (readings.Count > 0 ? readings : [now]).SelectMany(instant => fullAt.Select(full => Decide(bucket, full, instant, permits))).ToList();
            trial.True(
                possible.Exists(one => one.Decision == decision),
                $"{(permits > 0 ? $"the decision on a request for {permits}" : "the available permits")} of {bucket.Capacity}, one of which comes back every {bucket.Interval}, in a call in which the clock went on by {new TimeSpan(now - before)}",
                string.Join(" or ", possible.Select(one => one.Decision).Distinct()),
                $"{decision}");
            fullAt = [.. possible.Where(one => one.Decision == decision).Select(one => one.FullAt)];
        }
    }

    private static long Now(Trial trial, long step) => trial.Subject.MoveAtReadings(new TimeSpan(step)).Ticks;

    // A bucket is known by the instant at which it is full again.
    private static (RateDecision Decision, long FullAt) Decide(Bucket bucket, long fullAt, long instant, int permits)
    {
        var (interval, whole) = (bucket.Interval.Ticks, bucket.Capacity * bucket.Interval.Ticks);
        var held = whole - Math.Max(0, fullAt - instant);
        if (held < permits * interval)
            return (new RateDecision(false, (int)(held / interval), new TimeSpan(permits * interval - held)), fullAt);
        return (new RateDecision(true, (int)(held / interval) - permits, TimeSpan.Zero), permits > 0 ? Math.Max(fullAt, instant) + permits * interval : fullAt);
    }
}
