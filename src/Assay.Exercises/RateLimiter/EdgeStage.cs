using Assay.Contracts;

namespace Assay.Exercises.RateLimiter;

/// <summary>Stage two: exact times, fractions, extremes, senseless arguments.</summary>
internal static class EdgeStage
{
    public static Stage Stage { get; } = new(2, "Edge cases",
    [
        Check("retry-after-is-exact", "At the time to retry the request is granted, one tick earlier it is refused", RetryAfterIsExact, Time) with
        {
            Help = "Compute in ticks, not in doubles: the time at which enough permits will be there, less now. Round up, so that who comes back then is granted.",
        },
        Check("asking-costs-no-time", "Refused requests do not put off the next permit", AskingCostsNoTime, Weight.Behaviour) with
        {
            Help = "A refused request must leave the bucket's state as it was: write the new time only together with permits that were added or taken.",
        },
        Check("fractions-are-kept", "However often somebody asks, no fraction of a permit is lost", FractionsAreKept, Time) with
        {
            Help = "When permits are added, move the remembered time by as many whole intervals as were paid out, not to now: what is left of an interval belongs to the next permit.",
        },
        Check("full-bucket-gains-nothing", "A full bucket does not save time for later", FullBucketGainsNothing, Time) with
        {
            Help = "While the bucket is full no time accrues: the first interval begins with the taking that made it less than full.",
        },
        Check("years-of-silence", "After years of silence the bucket is full, no more and no less", YearsOfSilence, Weight.Behaviour) with
        {
            Help = "Long spans overflow when they are multiplied: divide first, or cap the elapsed time at what fills the bucket.",
        },
        Check("wall-clock-changes-nothing", "Setting the wall clock neither grants permits nor withholds them", WallClock, Time) with
        {
            Help = "Measure time with TimeProvider.GetTimestamp and GetElapsedTime; GetUtcNow is what administrators and time servers set.",
        },
        Check("decisions-belong-to-one-instant", "A decision belongs to one instant, also when time passes during the call", InstantCheck.Run, Time) with
        {
            Help = "Read the clock once in each call and compute the whole decision from that reading: by a second one a permit may have come back.",
        },
        Check("senseless-requests-are-errors", "Requests that no wait could satisfy are exceptions and take nothing", SenselessRequests, Errors) with
        {
            Help = "Check the key and the permits before anything is changed, and throw what the contract names: no wait would ever satisfy such a request.",
        },
        Check("senseless-settings-are-errors", "A capacity or an interval that is not positive is an ArgumentOutOfRangeException", SenselessSettings, Errors) with
        {
            Help = "Guard the constructor: ArgumentOutOfRangeException.ThrowIfNegativeOrZero for the capacity, and the same for the interval.",
        },
    ]);

    private const string Time = "Time";
    private const string Errors = "Errors";

    private static Check Check(string id, string sentence, Action<Trial> run, string category) =>
        new(id, sentence, category, run) { Requires = [BaseStage.First] };

    private static void RetryAfterIsExact(Trial trial)
    {
        var bucket = Bucket.New(trial, trial.Random.Next(3, 13), TimeSpan.FromTicks(trial.Random.Next(1_000_000, 30_000_000)));
        var passed = bucket.PartOfInterval();
        var (early, late) = (bucket, bucket.With(Bucket.NewKey(trial)));
        early.RequireDrained("permits granted at once");
        late.RequireDrained("permits granted at once");
        trial.Advance(passed);
        var permits = trial.Random.Next(1, bucket.Capacity + 1);
        var wait = bucket.Interval * permits - passed;
        trial.Equal(new RateDecision(false, 0, wait), early.Limiter.TryAcquire(early.Key, permits), $"the decision on {permits} permits, {passed} after the last");
        trial.Equal(wait, late.Limiter.TryAcquire(late.Key, permits).RetryAfter, "the time to retry of another key");
        trial.Advance(wait - TimeSpan.FromTicks(1));
        trial.Equal(new RateDecision(false, permits - 1, TimeSpan.FromTicks(1)), early.Limiter.TryAcquire(early.Key, permits), "the decision one tick earlier");
        trial.Advance(TimeSpan.FromTicks(1));
        trial.Equal(new RateDecision(true, 0, TimeSpan.Zero), late.Limiter.TryAcquire(late.Key, permits), "the decision at the time to retry");
        ExactAfterYears(trial);
    }

    // So many ticks that seconds in a double have no room for the last of them, while ticks in a double, as GetElapsedTime counts them, just have.
    private static void ExactAfterYears(Trial trial)
    {
        var bucket = Bucket.New(trial, 2, TimeSpan.FromTicks(trial.Random.NextInt64(2_500_000_000_000_000, 3_000_000_000_000_000)));
        bucket.RequireDrained("permits granted at once");
        trial.Advance(bucket.Interval * 2 - TimeSpan.FromTicks(1));
        trial.Equal(new RateDecision(false, 1, TimeSpan.FromTicks(1)), bucket.Limiter.TryAcquire(bucket.Key, 2), $"the decision on two permits one tick before two intervals of {bucket.Interval} have passed");
        trial.Advance(TimeSpan.FromTicks(1));
        trial.Equal(new RateDecision(true, 0, TimeSpan.Zero), bucket.Limiter.TryAcquire(bucket.Key, 2), "the decision one tick later");
    }

    private static void AskingCostsNoTime(Trial trial)
    {
        var bucket = Bucket.New(trial);
        bucket.RequireDrained("permits granted at once");
        var left = bucket.Interval;
        for (var ask = 0; ask < 5; ask++)
        {
            var step = left / 3;
            trial.Advance(step);
            left -= step;
            trial.Equal(left, bucket.Limiter.TryAcquire(bucket.Key, 1).RetryAfter, "the time to retry when asked again");
        }

        trial.Advance(left);
        trial.Equal(1, bucket.Drain(), "permits granted an interval after the last, though somebody asked meanwhile");
    }

    // Permits are taken at odd instants, so that a part of the next one has always come back already.
    private static void FractionsAreKept(Trial trial)
    {
        var bucket = Bucket.New(trial, trial.Random.Next(5, 13), TimeSpan.FromTicks(trial.Random.Next(1_000_000, 30_000_000)));
        bucket.RequireDrained("permits granted at once");
        var (passed, granted) = (TimeSpan.Zero, 0);
        for (var poll = 0; poll < 60; poll++)
        {
            var step = bucket.PartOfInterval() + bucket.Interval * trial.Random.Next(0, 2);
            trial.Advance(step);
            passed += step;
            granted += bucket.Drain();
            trial.Equal((int)(passed.Ticks / bucket.Interval.Ticks), granted, $"permits granted within {passed} at one each {bucket.Interval}");
        }
    }

    private static void FullBucketGainsNothing(Trial trial)
    {
        var bucket = Bucket.New(trial);
        trial.Equal(true, bucket.Limiter.TryAcquire(bucket.Key, 1).IsGranted, "whether a permit is granted");
        trial.Advance(bucket.Interval * 3 + bucket.PartOfInterval());
        bucket.RequireDrained("permits granted of a bucket that was full for a while");
        trial.Equal(bucket.Interval, bucket.Limiter.TryAcquire(bucket.Key, 1).RetryAfter, "the time until the next permit");
    }

    private static void YearsOfSilence(Trial trial)
    {
        // As many permits come back meanwhile as a number of 32 bits cannot count; times the capacity, as 64 bits of ticks cannot.
        var bucket = Bucket.New(trial, 1_000_000 + trial.Random.Next(100_000), TimeSpan.FromMilliseconds(1));
        trial.Equal(true, bucket.Limiter.TryAcquire(bucket.Key, bucket.Capacity).IsGranted, "whether a full bucket grants its capacity");
        // The first is more than 2^31 milliseconds and less than 2^32.
        foreach (var days in new[] { trial.Random.Next(26, 48), trial.Random.Next(2000, 3000) })
        {
            trial.Advance(TimeSpan.FromDays(days));
            trial.Equal(bucket.Capacity, bucket.Limiter.Available(bucket.Key), $"available permits after {days} days");
            trial.Equal(new RateDecision(true, 0, TimeSpan.Zero), bucket.Limiter.TryAcquire(bucket.Key, bucket.Capacity), "the decision on the whole capacity then");
            trial.Equal(
                new RateDecision(false, 0, bucket.Interval * bucket.Capacity), bucket.Limiter.TryAcquire(bucket.Key, bucket.Capacity), "the decision right after");
        }
    }

    private static void WallClock(Trial trial)
    {
        var bucket = Bucket.New(trial);
        bucket.RequireDrained("permits granted at once");
        trial.Subject.SetUtcNow(new DateTimeOffset(2040, 1, 1, 0, 0, 0, TimeSpan.Zero));
        trial.Equal(0, bucket.Drain(), "permits granted after the wall clock was put forward");
        trial.Subject.SetUtcNow(new DateTimeOffset(2010, 1, 1, 0, 0, 0, TimeSpan.Zero));
        trial.Equal(bucket.Interval, bucket.Limiter.TryAcquire(bucket.Key, 1).RetryAfter, "the time to retry after the wall clock was put back");
        trial.Advance(bucket.Interval * 2);
        trial.Equal(2, bucket.Drain(), "permits granted two intervals later");
    }

    private static void SenselessRequests(Trial trial)
    {
        var bucket = Bucket.New(trial);
        foreach (var permits in new[] { 0, -1, int.MinValue, bucket.Capacity + 1, int.MaxValue })
            trial.Throws<ArgumentOutOfRangeException>(() => bucket.Limiter.TryAcquire(bucket.Key, permits), $"a request for {permits} of {bucket.Capacity} permits");
        trial.Throws<ArgumentNullException>(() => bucket.Limiter.TryAcquire(null!, 1), "a request for the key null");
        trial.Throws<ArgumentNullException>(() => bucket.Limiter.Available(null!), "a look at the key null");
        bucket.RequireDrained("permits granted after all these");
    }

    private static void SenselessSettings(Trial trial)
    {
        Bucket.New(trial).RequireDrained("permits granted with sensible settings");
        trial.Throws<ArgumentOutOfRangeException>(() => trial.Create<IRateLimiter>(0, TimeSpan.FromSeconds(1)), "a capacity of 0");
        trial.Throws<ArgumentOutOfRangeException>(() => trial.Create<IRateLimiter>(-3, TimeSpan.FromSeconds(1)), "a capacity of -3");
        trial.Throws<ArgumentOutOfRangeException>(() => trial.Create<IRateLimiter>(3, TimeSpan.Zero), "an interval of zero");
        trial.Throws<ArgumentOutOfRangeException>(() => trial.Create<IRateLimiter>(3, TimeSpan.FromSeconds(-1)), "a negative interval");
    }
}
