using Assay.Contracts;
using Assay.Verify;

namespace Assay.Exercises.RateLimiter;

/// <summary>
/// Stage four with real threads, for code that cannot be explored: long programs whose calls meet by chance. The clock stands still while they run, so that every answer can be predicted.
/// </summary>
internal static class ThreadedPrograms
{
    // Short windows need many meetings: of programs in which each call begins together with another one, how long they are, how many steps must meet, and how often they are run for it.
    private const int Steps = 120;
    private const int StepsMet = 500;
    private const int MostInStep = 40;

    public static void ContendedGrants(Trial trial)
    {
        Meetings.Repeat(700, 40, _ => Contended(trial, trial.Random.Next(250, 450), take => trial.Subject.RunTogether(Lane(200, take), Lane(200, take), Lane(200, take))));
        Meetings.InStep(trial.Subject, StepsMet, MostInStep, program => Contended(trial, trial.Random.Next(Steps, 2 * Steps), take => trial.Subject.RunInStep(Lane(Steps, take), Lane(Steps, take))));
    }

    private static History<Call, Answer> Contended(Trial trial, int capacity, Func<Call, History<Call, Answer>> run)
    {
        var bucket = Bucket.New(trial, capacity, TimeSpan.FromSeconds(1));
        var history = run(Call.On(bucket.Limiter, limiter => limiter.TryAcquire(bucket.Key, 1))).NoneThrown();
        var granted = history.AnswersOf<RateDecision>(_ => true).Where(decision => decision.IsGranted).ToList();
        trial.Equal(bucket.Capacity, granted.Count, $"permits granted to {history.Operations.Count} requests of several threads with a capacity of {bucket.Capacity}");
        trial.Equal(bucket.Capacity, granted.Select(decision => decision.Remaining).Distinct().Count(), "different numbers of remaining permits among the grants");
        return history;
    }

    // Only single permits are ever granted, so each grant must tell one less than the one before.
    public static void RefusalsTakeNothing(Trial trial)
    {
        Meetings.Repeat(1100, 40, number => Refusals(trial, number, (small, large) => trial.Subject.RunTogether(Lane(280, small), Lane(140, large))));
        Meetings.InStep(trial.Subject, StepsMet, MostInStep, program => Refusals(trial, program, (small, large) => trial.Subject.RunInStep(Lane(Steps, small), Lane(Steps, large))));
    }

    private static History<Call, Answer> Refusals(Trial trial, int number, Func<Call, Call, History<Call, Answer>> run)
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
        var history = run(small, large).NoneThrown();
        trial.Equal(0, history.AnswersOf<RateDecision>(call => call == large).Count(decision => decision.IsGranted), "grants of requests for more than is there");
        var left = bucket.Capacity - 10;
        foreach (var decision in history.AnswersOf<RateDecision>(call => call == small))
            trial.Equal(new RateDecision(true, --left, TimeSpan.Zero), decision, "the decision on a permit that was there, beside large requests that are refused");
        return history;
    }

    public static void KeysAreBornOnce(Trial trial)
    {
        Meetings.Repeat(900, 40, _ => Births(trial, 250, calls => trial.Subject.RunTogether(calls, calls, calls)));
        Meetings.InStep(trial.Subject, StepsMet, MostInStep, program => Births(trial, Steps, calls => trial.Subject.RunInStep(calls, calls)));
    }

    private static History<Call, Answer> Births(Trial trial, int keys, Func<List<Call>, History<Call, Answer>> run)
    {
        var bucket = Bucket.New(trial, 1, TimeSpan.FromSeconds(1));
        var calls = Enumerable.Range(0, keys).Select(_ => Bucket.NewKey(trial)).Select(key => Call.On(bucket.Limiter, limiter => limiter.TryAcquire(key, 1))).ToList();
        var history = run(calls).NoneThrown();
        foreach (var key in history.Operations.GroupBy(operation => operation.Input))
            trial.Equal(1, key.Count(operation => operation.Result!.Value is RateDecision { IsGranted: true }), "grants of a new key with one permit to several threads");
        return history;
    }

    // The same keys in opposite orders: whoever locks in the order given waits in a circle.
    public static void JointRequests(Trial trial)
    {
        Meetings.Repeat(1000, 40, _ => Joint(trial, 165, lanes => trial.Subject.RunTogether(lanes)));
        Meetings.InStep(trial.Subject, StepsMet, MostInStep, program => Joint(trial, Steps, lanes => trial.Subject.RunInStep(lanes)));
    }

    private static History<Call, Answer> Joint(Trial trial, int calls, Func<List<Call>[], History<Call, Answer>> run)
    {
        var bucket = Bucket.New(trial, trial.Random.Next(calls, 2 * calls), TimeSpan.FromSeconds(1));
        string[] keys = [.. Enumerable.Range(0, 8).Select(_ => Bucket.NewKey(trial))];
        string[] back = [.. keys.Reverse()];
        var lanes = new[] { keys, back }.Select(order => Call.On(bucket.Limiter, limiter => limiter.TryAcquireAll(order, 1)));
        var history = run([.. lanes.Select(call => Lane(calls, call))]).NoneThrown();
        var granted = history.AnswersOf<RateDecision>(_ => true).Count(decision => decision.IsGranted);
        trial.Equal(bucket.Capacity, granted, $"grants to {2 * calls} requests for one permit of each of eight keys with a capacity of {bucket.Capacity}");
        foreach (var key in keys)
            trial.Equal(0, bucket.Limiter.Available(key), "permits left to a key after that");
        return history;
    }

    // All buckets are full again when the threads set out, so that the sweep may drop each of them until somebody takes from it.
    public static void ForgettingLosesNoGrant(Trial trial) => Meetings.Repeat(1400, 80, _ =>
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

    public static void CallsAreLinearizable(Trial trial) => Meetings.Repeat(120, 60, _ =>
    {
        var bucket = Bucket.New(trial, trial.Random.Next(3, 8), TimeSpan.FromSeconds(1));
        string[] keys = [Bucket.NewKey(trial), Bucket.NewKey(trial)];
        var history = trial.Subject.RunTogether([.. Enumerable.Range(0, 3).Select(_ => Enumerable.Range(0, 6).Select(_ => Any(trial, bucket, keys)).ToList())]);
        Linear.Require(BucketModel.Of(bucket.Capacity, bucket.Interval), history.NoneThrown());
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
