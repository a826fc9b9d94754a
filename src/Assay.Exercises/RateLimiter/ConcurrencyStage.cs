using Assay.Contracts;

namespace Assay.Exercises.RateLimiter;

/// <summary>
/// Stage four: the same promises with several threads. Small programs are run under schedule after schedule; the clock stands still while lanes run, so that every answer can be predicted.
/// </summary>
internal static class ConcurrencyStage
{
    public static Stage Stage { get; } = new(4, "Concurrency",
    [
        Check("contended-grants-are-exact", "Threads that compete for one key get exactly its permits, each of them once", ContendedGrants, ThreadedPrograms.ContendedGrants) with
        {
            Help = "Refill, compare and take under one lock, or in one compare-and-swap of the whole state: a permit that two read is granted twice.",
        },
        Check("refusals-take-nothing-ever", "A request that is refused is missing to nobody, not even for a moment", RefusalsTakeNothing, ThreadedPrograms.RefusalsTakeNothing) with
        {
            Help = "Do not take first and put back afterwards: others see the bucket emptier than it is. Decide and take in one step.",
        },
        Check("keys-are-born-once", "Threads that name a new key at the same time share one bucket", KeysAreBornOnce, ThreadedPrograms.KeysAreBornOnce) with
        {
            Help = "Create buckets with ConcurrentDictionary.GetOrAdd, or under the lock that guards the dictionary: look and add apart makes two.",
        },
        Check("joint-requests-are-atomic", "Requests for several keys in any order neither deadlock nor leave a part behind", JointRequests, ThreadedPrograms.JointRequests) with
        {
            Help = "Lock the buckets in one order that is the same for everybody, such as the ordinal order of the keys, then look at all, then take.",
        },
        Check("forgetting-loses-no-grant", "What is taken while RemoveIdle runs stays taken", ForgettingLosesNoGrant, ThreadedPrograms.ForgettingLosesNoGrant) with
        {
            Help = "Decide that a bucket is full and drop it while nobody can take from it, and let who holds a dropped bucket look the key up again.",
        },
        Check("calls-are-linearizable", "Every call takes effect at one instant between its call and its return", CallsAreLinearizable, ThreadedPrograms.CallsAreLinearizable) with
        {
            Help = "Take one lock around the whole of each call, and make it finer only where the timeline stays explicable.",
        },
    ])
    {
        BeginsAnew = true,
    };

    private static Check Check(string id, string sentence, Action<Trial, Exploring> explore, Action<Trial> otherwise) =>
        new(id, sentence, "SharedState", trial => Exploring.Run(trial, explore, otherwise)) { Requires = [BaseStage.First] };

    private static void ContendedGrants(Trial trial, Exploring exploring)
    {
        var limits = Limits.New(trial, trial.Random.Next(2, 4));
        var (key, first) = (Bucket.NewKey(trial), trial.Random.Next(2));
        var take = Take(key, 1);
        // A bucket that was used before, for it is found otherwise than one that is new.
        exploring.Require(limits.Program([.. Enumerable.Repeat((Moment)take, first)], [[take, take], [take, take]], [Look(key)]), outcome =>
        {
            outcome.History.NoneThrown();
            var granted = outcome.History.AnswersOf<RateDecision>(call => call == take).Where(decision => decision.IsGranted).ToList();
            trial.Equal(limits.Capacity, granted.Count, $"permits granted to {first + 4} requests with a capacity of {limits.Capacity}");
            trial.Equal(limits.Capacity, granted.Select(decision => decision.Remaining).Distinct().Count(), "different numbers of remaining permits among the grants");
            limits.Linear(outcome);
        });
    }

    // Whoever takes from the first key before the last one refuses lets others see the bucket emptier than it is. The names decide which key is looked at first.
    private static void RefusalsTakeNothing(Trial trial, Exploring exploring)
    {
        var limits = Limits.New(trial, 3);
        var name = Bucket.NewKey(trial);
        foreach (var (hot, exhausted) in new[] { ("a" + name, "z" + name), ("z" + name, "a" + name) })
        {
            string[] keys = [hot, exhausted];
            var small = Take(hot, 1);
            exploring.Require(
                limits.Program([Take(exhausted, limits.Capacity)], [[Call.Of<IRateLimiter, RateDecision>(limiter => limiter.TryAcquireAll(keys, 3))], [small, small]], [Look(hot)]), limits.Linear);
        }

        // One key alone: a request for more than is there.
        exploring.Require(limits.Program([Take(name, 1)], [[Take(name, limits.Capacity)], [Take(name, 1), Take(name, 1)]], [Look(name)]), limits.Linear);
    }

    private static void KeysAreBornOnce(Trial trial, Exploring exploring)
    {
        var limits = Limits.New(trial, 1);
        var (one, other) = (Take(Bucket.NewKey(trial), 1), Take(Bucket.NewKey(trial), 1));
        exploring.Require(limits.Program([], [[one, other], [one, other]], []), outcome =>
        {
            outcome.History.NoneThrown();
            foreach (var key in outcome.History.Operations.GroupBy(operation => operation.Input))
                trial.Equal(1, key.Count(operation => operation.Result!.Value is RateDecision { IsGranted: true }), "grants of a new key with one permit to several threads");
        });
        exploring.Require(limits.Program([], [[one], [one], [one]], []), limits.Linear);
    }

    // The same keys in opposite orders: whoever locks in the order given waits in a circle.
    private static void JointRequests(Trial trial, Exploring exploring)
    {
        var limits = Limits.New(trial, trial.Random.Next(2, 4));
        string[] keys = [Bucket.NewKey(trial), Bucket.NewKey(trial)];
        string[] back = [keys[1], keys[0]];
        var (there, andBack) = (Call.Of<IRateLimiter, RateDecision>(limiter => limiter.TryAcquireAll(keys, 1)), Call.Of<IRateLimiter, RateDecision>(limiter => limiter.TryAcquireAll(back, 1)));
        Call[] rest = [Look(keys[0]), Look(keys[1])];
        exploring.Require(limits.Program([], [[there, there], [andBack, andBack]], rest), limits.Linear, 2 * Exploring.Schedules);
        exploring.Require(limits.Program([there], [[there], [andBack], [Take(keys[1], 1)]], rest), limits.Linear);
    }

    // The bucket is full again when the lanes set out, so that the sweep may drop it until somebody takes from it.
    private static void ForgettingLosesNoGrant(Trial trial, Exploring exploring)
    {
        var limits = Limits.New(trial, 1);
        string[] keys = [Bucket.NewKey(trial), Bucket.NewKey(trial)];
        var sweep = Call.Of<IRateLimiter>(limiter => limiter.RemoveIdle());
        foreach (var take in new[] { Take(keys[0], 1), Call.Of<IRateLimiter, RateDecision>(limiter => limiter.TryAcquireAll(keys, 1)) })
        {
            exploring.Require(limits.Program([take, Moment.Of(limits.Interval)], [[take], [sweep]], [take, sweep, take]), outcome =>
            {
                outcome.History.NoneThrown();
                var granted = outcome.History.AnswersOf<RateDecision>(call => call == take).Count(decision => decision.IsGranted);
                trial.Equal(2, granted, "grants of a key with one permit, to one request, and an interval later to three beside RemoveIdle");
            });
        }

        exploring.Require(limits.Program([], [[Take(keys[0], 1), Look(keys[0])], [sweep, sweep], [Take(keys[0], 1)]], [Look(keys[0])]), limits.Linear);
    }

    private static void CallsAreLinearizable(Trial trial, Exploring exploring)
    {
        SweepsBeforeItReturns(trial, exploring);
        for (var number = 0; number < 4; number++)
        {
            var limits = Limits.New(trial, trial.Random.Next(2, 5));
            string[] keys = [Bucket.NewKey(trial), Bucket.NewKey(trial)];
            var (lanes, calls) = number % 2 == 0 ? (2, 3) : (3, 2);
            exploring.Require(
                limits.Program([], [.. Enumerable.Range(0, lanes).Select(_ => Enumerable.Range(0, calls).Select(_ => Any(trial, limits, keys)).ToList())], [Look(keys[0]), Look(keys[1])]),
                limits.Linear,
                Exploring.Schedules / 2);
        }
    }

    // A sweep that goes on elsewhere after its call has returned is not over when the keys are counted.
    private static void SweepsBeforeItReturns(Trial trial, Exploring exploring)
    {
        var limits = Limits.New(trial, 1);
        var (sweep, count) = (Call.Of<IRateLimiter>(limiter => limiter.RemoveIdle()), Call.Of<IRateLimiter, int>(limiter => limiter.CountKeys()));
        Moment[] full = [Take(Bucket.NewKey(trial), 1), Take(Bucket.NewKey(trial), 1), Moment.Of(limits.Interval)];
        exploring.Require(limits.Program(full, [[sweep, count], [Take(Bucket.NewKey(trial), 1)]], [count]), outcome =>
        {
            // Whether anything is forgotten at all is not asked here.
            if (outcome.History.NoneThrown().AnswersOf<int>(call => call == count).ToList() is [var counted, < 2])
                trial.True(counted < 2, "keys that are remembered directly after RemoveIdle, with two full buckets and a third key named meanwhile", "none or one", $"{counted}");
        });
    }

    private static Call Any(Trial trial, Limits limits, string[] keys)
    {
        var (key, permits) = (keys[trial.Random.Next(2)], trial.Random.Next(1, Math.Min(3, limits.Capacity + 1)));
        var pair = trial.Random.Next(2) == 0 ? keys : [keys[1], keys[0]];
        return trial.Random.Next(8) switch
        {
            < 3 => Take(key, permits),
            < 6 => Call.Of<IRateLimiter, RateDecision>(limiter => limiter.TryAcquireAll(pair, permits)),
            6 => Look(key),
            _ => Call.Of<IRateLimiter>(limiter => limiter.RemoveIdle()),
        };
    }

    private static Call Take(string key, int permits) => Call.Of<IRateLimiter, RateDecision>(limiter => limiter.TryAcquire(key, permits));

    private static Call Look(string key) => Call.Of<IRateLimiter, int>(limiter => limiter.Available(key));

    /// <summary>The settings of an explored limiter.</summary>
    private sealed record Limits(int Capacity, TimeSpan Interval)
    {
        public static Limits New(Trial trial, int capacity) => new(capacity, TimeSpan.FromMilliseconds(trial.Random.Next(50, 2000)));

        public ExploredProgram Program(IReadOnlyList<Moment> before, IReadOnlyList<IReadOnlyList<Call>> lanes, IReadOnlyList<Call> after) =>
            new(typeof(IRateLimiter), [Capacity, Interval], before, lanes, after);

        // While the clock stands still, before the lanes too.
        public void Linear(ExploredOutcome outcome) => Exercises.Linear.Require(BucketModel.Of(Capacity, Interval), outcome.History.NoneThrown());
    }
}
