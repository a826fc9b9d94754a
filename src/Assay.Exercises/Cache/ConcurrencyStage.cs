using Assay.Contracts;

namespace Assay.Exercises.Cache;

/// <summary>Stage four: the same promises with several threads. Small programs are run under schedule after schedule; loads are scripts that run with them.</summary>
internal static class ConcurrencyStage
{
    public static Stage Stage { get; } = new(4, "Concurrency",
    [
        Check("racing-loads-run-once", "Threads that miss a key at the same time run one loader", RacingLoads, ThreadedPrograms.RacingLoads) with
        {
            Help = "Put the running load where others find it in the same step in which its absence is noticed.",
        },
        Check("contended-cache-stays-bounded", "Whatever threads set and remove, there are never more entries than the capacity", StaysBounded, ThreadedPrograms.StaysBounded) with
        {
            Help = "Make room and add in one locked step; a count that is kept beside the entries must change in the same step as they do.",
        },
        Check("counts-lose-nothing", "Hits and misses of all threads are counted", CountsLoseNothing, ThreadedPrograms.CountsLoseNothing) with
        {
            Help = "An increment reads, adds and writes: use Interlocked.Increment, or count under the lock that guards the entries.",
        },
        Check("removals-happen-once", "Of several removals of one entry at the same time one finds it", RemovalsHappenOnce, ThreadedPrograms.RemovalsHappenOnce) with
        {
            Help = "Let the removal itself tell whether it found the entry (Dictionary.Remove under the lock, or TryRemove), instead of looking first.",
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

    private static void RacingLoads(Trial trial, Exploring exploring)
    {
        var key = NewKey(trial);
        foreach (var loader in new[] { Scripts.Later, Scripts.AtOnce })
        {
            var load = Load(key, loader);
            exploring.Require(
                Program(8, [], [[load], [load]], [Get(key)]),
                outcome =>
                {
                    outcome.History.NoneThrown();
                    trial.Equal(1, outcome.Loads, "loaders run when two threads missed a key at the same time");
                    trial.Equal(1, outcome.History.AnswersOf<string>(_ => true).Distinct().Count(), "different values that were answered");
                },
                2 * Exploring.Schedules);
        }

        // What fails is not kept: whoever asks next loads anew.
        var (failing, next) = (Load(key, Scripts.FailsLater), Load(key, Scripts.AtOnce));
        exploring.Require(Program(8, [], [[failing], [failing]], [next]), outcome =>
        {
            var answer = outcome.History.Operations.Single(operation => operation.Input == next).Result;
            trial.Equal(new Answer($"{key}!{outcome.Loads}"), answer, "the answer of a load after loads that failed");
        });
        SetsBesideLoads(trial, exploring, key);
    }

    // What is set while a load runs stays; the load answers its callers alone.
    private static void SetsBesideLoads(Trial trial, Exploring exploring, string key)
    {
        var (load, set, get) = (Load(key, Scripts.Later), Set(key, "set"), Get(key));
        exploring.Require(Program(8, [], [[load], [set]], [get]), outcome =>
        {
            outcome.History.NoneThrown();
            trial.Equal("set", outcome.History.AnswersOf<string>(call => call == get).Single(), "the value of a key that was set beside a load of it");
        });
        var remove = Remove(key);
        exploring.Require(Program(8, [], [[load], [set, remove]], [get]), outcome =>
        {
            var value = outcome.History.NoneThrown().Operations.Single(operation => operation.Input == get).Result!.Value;
            var (loaded, removed) = (outcome.History.Operations.Single(operation => operation.Input == load), outcome.History.Operations.Single(operation => operation.Input == remove));
            // A load that began before the removal is not stored after it, so only one that was asked for afterwards can be there.
            trial.True(value is null || loaded.Returned > removed.Invoked, "the value of a key that was set and removed beside a load of it", "null", $"{value}");
        });
    }

    private static void StaysBounded(Trial trial, Exploring exploring)
    {
        var keys = NewKeys(trial, 4);
        Call[] rest = [Count(), .. keys.Select(Get)];
        exploring.Require(Program(1, [], [[Set(keys[0], "a"), Count()], [Set(keys[1], "b")]], rest), Linear(1));
        exploring.Require(Program(2, [Set(keys[0], "a"), Set(keys[1], "b")], [[Set(keys[2], "c"), Count()], [Set(keys[3], "d"), Remove(keys[0])]], rest), Linear(2));
        exploring.Require(Program(2, [Set(keys[0], "a"), Set(keys[1], "b")], [[Set(keys[2], "c")], [Get(keys[0])], [Remove(keys[1])]], rest), Linear(2));
        var count = Count();
        exploring.Require(Program(1, [], [[Load(keys[0], Scripts.Later)], [Set(keys[1], "b")]], [count]), outcome =>
        {
            outcome.History.NoneThrown();
            trial.Equal(1, outcome.History.AnswersOf<int>(call => call == count).Single(), "entries after a load and a set with room for one");
        });
    }

    private static void CountsLoseNothing(Trial trial, Exploring exploring)
    {
        var (here, gone) = (NewKey(trial), NewKey(trial));
        var counts = Call.Of<ICache, CacheCounts>(c => c.Counts());
        exploring.Require(Program(8, [Set(here, "value")], [[Get(here), Get(gone)], [Get(here), Get(gone)]], [counts]), outcome =>
        {
            outcome.History.NoneThrown();
            trial.Equal(new CacheCounts(2, 2, 0), outcome.History.AnswersOf<CacheCounts>(call => call == counts).Single(), "the counts after 2 hits and 2 misses on two threads");
        });
        exploring.Require(Program(8, [Set(here, "value")], [[Get(here), Get(gone)], [counts]], []), outcome =>
        {
            var seen = outcome.History.NoneThrown().AnswersOf<CacheCounts>(call => call == counts).Single();
            trial.True(seen is (0, 0, 0) or (1, 0, 0) or (1, 1, 0), "the counts while a hit and then a miss happen", "as at one instant: no miss without the hit", $"{seen}");
        });
        exploring.Require(Program(1, [Set(here, "value")], [[Set(gone, "a")], [Set(here + "x", "b")]], [counts]), outcome =>
        {
            outcome.History.NoneThrown();
            trial.Equal(new CacheCounts(0, 0, 2), outcome.History.AnswersOf<CacheCounts>(call => call == counts).Single(), "the counts after two threads made room for one entry");
        });
    }

    private static void RemovalsHappenOnce(Trial trial, Exploring exploring)
    {
        var key = NewKey(trial);
        var remove = Remove(key);
        exploring.Require(Program(8, [Set(key, "value")], [[remove], [remove]], [Count(), Get(key)]), outcome =>
        {
            var found = outcome.History.NoneThrown().AnswersOf<bool>(call => call == remove).Count(was => was);
            trial.Equal(1, found, "removals that found an entry when two threads removed one");
            Linear(8)(outcome);
        });
        exploring.Require(Program(8, [Set(key, "value")], [[remove, Set(key, "again")], [remove]], [Count(), Get(key)]), Linear(8));
    }

    private static void CallsAreLinearizable(Trial trial, Exploring exploring)
    {
        var keys = NewKeys(trial, 4);
        // Reading moves entries in the order of use: afterwards, who has to go tells the order.
        exploring.Require(
            Program(3, [Set(keys[0], "a"), Set(keys[1], "b"), Set(keys[2], "c")], [[Get(keys[0])], [Get(keys[1])]], [Set(keys[3], "d"), Set(keys[0] + "x", "e"), .. keys.Select(Get), Count()]), Linear(3));
        exploring.Require(
            Program(3, [Set(keys[0], "a"), Set(keys[1], "b"), Set(keys[2], "c")], [[Get(keys[1])], [Set(keys[3], "d")]], [Set(keys[0] + "x", "e"), .. keys.Select(Get), Count()]), Linear(3));
        var value = 0;
        for (var number = 0; number < 4; number++)
        {
            var capacity = trial.Random.Next(2, 4);
            var (lanes, calls) = number % 2 == 0 ? (2, 3) : (3, 2);
            exploring.Require(
                Program(capacity, [], [.. Enumerable.Range(0, lanes).Select(_ => Enumerable.Range(0, calls).Select(_ => Any(trial, keys, ref value)).ToList())], [.. keys.Select(Get), Count()]),
                Linear(capacity),
                Exploring.Schedules / 2);
        }
    }

    private static Call Any(Trial trial, string[] keys, ref int value)
    {
        var (key, text) = (keys[trial.Random.Next(keys.Length)], $"v{value++}");
        return trial.Random.Next(8) switch
        {
            < 3 => Set(key, text),
            < 6 => Get(key),
            6 => Remove(key),
            _ => Count(),
        };
    }

    private static ExploredProgram Program(int capacity, IReadOnlyList<Moment> before, IReadOnlyList<IReadOnlyList<Call>> lanes, IReadOnlyList<Call> after) =>
        new(typeof(ICache), [capacity, TimeSpan.FromHours(1), null], before, lanes, after);

    private static Action<ExploredOutcome> Linear(int capacity) => outcome => Exercises.Linear.Require(CacheModel.Of(capacity), outcome.History.NoneThrown());

    private static string NewKey(Trial trial) => $"k-{trial.Random.Next():x}";

    private static string[] NewKeys(Trial trial, int count) => [.. Enumerable.Range(0, count).Select(number => $"k{number}-{trial.Random.Next():x}")];

    private static Call Get(string key) => Call.Of<ICache, string?>(c => c.Get(key));

    private static Call Set(string key, string value) => Call.Of<ICache>(c => c.Set(key, value));

    private static Call Remove(string key) => Call.Of<ICache, bool>(c => c.Remove(key));

    private static Call Count() => Call.Of<ICache, int>(c => c.Count());

    private static Call Load(string key, Func<string, CancellationToken, Task<string>> loader) => Call.Of<ICache, Task<string>>(c => c.GetOrLoadAsync(key, loader, default));
}
