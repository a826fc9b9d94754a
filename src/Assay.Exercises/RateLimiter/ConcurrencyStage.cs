using Assay.Contracts;
using Assay.Verify;

namespace Assay.Exercises.RateLimiter;

/// <summary>Stage four: the same promises with several threads. The clock stands still while they run, so that every answer can be predicted.</summary>
internal static class ConcurrencyStage
{
    public static Stage Stage { get; } = new(4, "Concurrency",
    [
        Check("contended-grants-are-exact", "Threads that compete for one key get exactly its permits, each of them once", ContendedGrants),
        Check("refusals-take-nothing-ever", "A request that is refused is missing to nobody, not even for a moment", RefusalsTakeNothing) with
        {
            Help = "Do not take first and put back afterwards: others see the bucket emptier than it is. Decide and take in one step.",
        },
        Check("keys-are-born-once", "Threads that name a new key at the same time share one bucket", KeysAreBornOnce),
        Check("joint-requests-are-atomic", "Requests for several keys in any order neither deadlock nor leave a part behind", JointRequests),
        Check("forgetting-loses-no-grant", "What is taken while RemoveIdle runs stays taken", ForgettingLosesNoGrant),
        Check("calls-are-linearizable", "Every call takes effect at one instant between its call and its return", CallsAreLinearizable),
    ]);

    private static Check Check(string id, string sentence, Action<Trial> run) =>
        new(id, sentence, "SharedState", run) { Requires = [BaseStage.First] };

    private static void ContendedGrants(Trial trial) => Meetings.Repeat(700, 60, _ =>
    {
        var bucket = Bucket.New(trial, trial.Random.Next(250, 450), TimeSpan.FromSeconds(1));
        var take = Call.On(bucket.Limiter, limiter => limiter.TryAcquire(bucket.Key, 1));
        var history = trial.Subject.RunTogether(Lane(200, take), Lane(200, take), Lane(200, take)).NoneThrown();
        var granted = history.AnswersOf<RateDecision>(_ => true).Where(decision => decision.IsGranted).ToList();
        trial.Equal(bucket.Capacity, granted.Count, $"permits granted to 600 requests of three threads with a capacity of {bucket.Capacity}");
        trial.Equal(bucket.Capacity, granted.Select(decision => decision.Remaining).Distinct().Count(), "different numbers of remaining permits among the grants");
        return history;
    });

    // Only single permits are ever granted, so each grant must tell one less than the one before.
    private static void RefusalsTakeNothing(Trial trial) => Meetings.Repeat(1100, 60, number =>
    {
        var bucket = Bucket.New(trial, 300 + trial.Random.Next(50), TimeSpan.FromSeconds(1));
        // Before or behind the others in any order of the keys.
        var (hot, exhausted) = number % 4 < 2 ? ("a" + bucket.Key, "z" + bucket.Key) : ("z" + bucket.Key, "a" + bucket.Key);
        string[] keys = [hot, .. Enumerable.Range(0, 6).Select(_ => Bucket.NewKey(trial)), exhausted];
        trial.Equal(true, bucket.Limiter.TryAcquire(hot, 10).IsGranted, "whether a full bucket grants 10 permits");
        trial.Equal(true, bucket.Limiter.TryAcquire(exhausted, bucket.Capacity).IsGranted, "whether a full bucket grants its capacity");
        // The large request is always refused, alone or together with a key that has no permit left.
        var large = number % 2 == 0
            ? Call.On(bucket.Limiter, limiter => limiter.TryAcquireAll(keys, 3))
            : Call.On(bucket.Limiter, limiter => limiter.TryAcquire(hot, bucket.Capacity));
        var small = Call.On(bucket.Limiter, limiter => limiter.TryAcquire(hot, 1));
        var history = trial.Subject.RunTogether(Lane(280, small), Lane(140, large)).NoneThrown();
        trial.Equal(0, history.AnswersOf<RateDecision>(call => call == large).Count(decision => decision.IsGranted), "grants of requests for more than is there");
        var left = bucket.Capacity - 10;
        foreach (var decision in history.AnswersOf<RateDecision>(call => call == small))
            trial.Equal(new RateDecision(true, --left, TimeSpan.Zero), decision, "the decision on a permit that was there, beside large requests that are refused");
        return history;
    });

    private static void KeysAreBornOnce(Trial trial) => Meetings.Repeat(900, 60, _ =>
    {
        var bucket = Bucket.New(trial, 1, TimeSpan.FromSeconds(1));
        var calls = Enumerable.Range(0, 250).Select(_ => Bucket.NewKey(trial)).Select(key => Call.On(bucket.Limiter, limiter => limiter.TryAcquire(key, 1))).ToList();
        var history = trial.Subject.RunTogether(calls, calls, calls).NoneThrown();
        foreach (var key in history.Operations.GroupBy(operation => operation.Input))
            trial.Equal(1, key.Count(operation => operation.Result!.Value is RateDecision { IsGranted: true }), "grants of a new key with one permit to three threads");
        return history;
    });

    // The same keys in opposite orders: whoever locks in the order given waits in a circle.
    private static void JointRequests(Trial trial) => Meetings.Repeat(2000, 80, _ =>
    {
        var bucket = Bucket.New(trial, trial.Random.Next(200, 300), TimeSpan.FromSeconds(1));
        string[] keys = [.. Enumerable.Range(0, 8).Select(_ => Bucket.NewKey(trial))];
        string[] back = [.. keys.Reverse()];
        var lanes = new[] { keys, back }.Select(order => Call.On(bucket.Limiter, limiter => limiter.TryAcquireAll(order, 1)));
        var history = trial.Subject.RunTogether([.. lanes.Select(call => Lane(165, call))]).NoneThrown();
        var granted = history.AnswersOf<RateDecision>(_ => true).Count(decision => decision.IsGranted);
        trial.Equal(bucket.Capacity, granted, $"grants to 330 requests for one permit of each of eight keys with a capacity of {bucket.Capacity}");
        foreach (var key in keys)
            trial.Equal(0, bucket.Limiter.Available(key), "permits left to a key after that");
        return history;
    });

    // All buckets are full again when the threads set out, so that the sweep may drop each of them until somebody takes from it.
    private static void ForgettingLosesNoGrant(Trial trial) => Meetings.Repeat(700, 60, _ =>
    {
        var bucket = Bucket.New(trial, 1, TimeSpan.FromSeconds(1));
        var takes = Enumerable.Range(0, 30).Select(_ => Enumerable.Range(0, 8).Select(_ => Bucket.NewKey(trial)).ToArray())
            .Select(keys => Call.On(bucket.Limiter, limiter => limiter.TryAcquireAll(keys, 1))).ToList();
        foreach (var take in takes)
            trial.Equal(true, bucket.Limiter.TryAcquireAll((string[])take.Arguments[0]!, 1).IsGranted, "whether new keys grant");
        trial.Advance(bucket.Interval);
        // The second thread asks for each key long before or after the first, so that it finds what the sweep has left.
        var history = trial.Subject.RunTogether(takes, [.. takes[15..], .. takes[..15]], Lane(20, Call.On(bucket.Limiter, limiter => limiter.RemoveIdle()))).NoneThrown();
        foreach (var key in history.Operations.Where(operation => operation.Result!.Value is RateDecision).GroupBy(operation => operation.Input))
            trial.Equal(1, key.Count(operation => operation.Result!.Value is RateDecision { IsGranted: true }), "grants of keys with one permit beside RemoveIdle");
        return history;
    });

    private static void CallsAreLinearizable(Trial trial) => Meetings.Repeat(120, 60, _ =>
    {
        var bucket = Bucket.New(trial, trial.Random.Next(3, 8), TimeSpan.FromSeconds(1));
        string[] keys = [Bucket.NewKey(trial), Bucket.NewKey(trial)];
        var history = trial.Subject.RunTogether([.. Enumerable.Range(0, 3).Select(_ => Enumerable.Range(0, 6).Select(_ => Any(trial, bucket, keys)).ToList())]);
        Linear.Require(BucketModel.Of(bucket), history.NoneThrown());
        return history;
    });

    private static Call Any(Trial trial, Bucket bucket, string[] keys)
    {
        var (key, permits) = (keys[trial.Random.Next(2)], trial.Random.Next(1, 3));
        var pair = trial.Random.Next(2) == 0 ? keys : [keys[1], keys[0]];
        return trial.Random.Next(8) switch
        {
            < 3 => Call.On(bucket.Limiter, limiter => limiter.TryAcquire(key, permits)),
            < 6 => Call.On(bucket.Limiter, limiter => limiter.TryAcquireAll(pair, permits)),
            6 => Call.On(bucket.Limiter, limiter => limiter.Available(key)),
            _ => Call.On(bucket.Limiter, limiter => limiter.RemoveIdle()),
        };
    }

    private static List<Call> Lane(int count, Call call) => [.. Enumerable.Repeat(call, count)];
}
