using Assay.Contracts;

namespace Assay.Exercises.Cache;

/// <summary>Stage three: one load for a key at a time, what was counted, and who is told.</summary>
internal static class LoadingStage
{
    public static Stage Stage { get; } = new(3, "Loading, telling",
    [
        Check("loads-once-and-keeps", "A missing value is loaded, answered and kept like one that was set", LoadsOnce) with
        {
            Help = "Look, load, store: the loaded value is stored as Set would, room and order of use included.",
        },
        Check("one-load-for-all-who-wait", "Everybody who asks while a key is loaded shares that one load", OneLoad) with
        {
            Category = "Async",
            Help = "Keep the running load's task by key and let who comes meanwhile wait for the same one.",
        },
        Check("loads-do-not-block-others", "While a key is loaded, other keys are read, set and loaded", LoadsDoNotBlock) with
        {
            Category = "Async",
            Help = "Never await a loader under a lock: note the load under the lock, leave the lock, and await then.",
        },
        Check("failures-reach-all-and-are-not-kept", "A loader's exception reaches all who wait, and the next who asks loads anew", Failures) with
        {
            Category = "Async",
            Help = "Take a load that failed out of the dictionary of running loads before its waiters go on, or the next who asks gets the old failure.",
        },
        Check("overtaken-loads-store-nothing", "A value that was set or removed during a load is not overwritten by what the load brings", Overtaken) with
        {
            Help = "Give each load a mark that Set and Remove wipe out; a load whose mark is gone answers its callers and stores nothing.",
        },
        Check("loaded-lives-from-its-storing", "A loaded value lives for the time to live from when it was stored", LoadedLives) with
        {
            Category = "Time",
            Help = "Read the clock when the value is stored, not when the load began.",
        },
        .. LeavingChecks.All,
        Check("counts-are-exact", "Hits, misses and evictions are counted exactly", CountsAreExact) with
        {
            Help = "Count where it is decided, in the same step, and each call once: a call that joins a load is a miss.",
        },
        .. TellingChecks.All,
    ]);

    private static Check Check(string id, string sentence, Action<Trial> run) => new(id, sentence, Weight.Behaviour, run) { Requires = [BaseStage.First] };

    private static void LoadsOnce(Trial trial)
    {
        var shelf = Shelf.New(trial);
        var keys = shelf.Fill().Append(shelf.Key()).Append(shelf.Key()).ToList();
        foreach (var key in keys.AsEnumerable().Reverse())
        {
            shelf.Load(key, "for the first time");
            shelf.Load(key, "once more");
            shelf.Get(key, "after it was loaded");
        }

        shelf.GetAll(keys, "after loads in a full cache");
        var asked = shelf.Key();
        trial.Equal(asked, Loading.Of(shelf.Ask(asked, (key, _) => Task.FromResult(key))), "the key that a loader gets");
        trial.Throws<ArgumentNullException>(() => Loading.Of(shelf.Ask(null!, (key, _) => Task.FromResult(key))), "loading the key null");
        trial.Throws<ArgumentNullException>(() => Loading.Of(shelf.Ask(asked, null!)), "loading with the loader null");
    }

    private static void OneLoad(Trial trial)
    {
        var shelf = Shelf.New(trial);
        var (key, value, loader) = (shelf.Key(), shelf.Value(), new Loader());
        var tasks = Enumerable.Range(0, trial.Random.Next(3, 8)).Select(_ => shelf.Ask(key, loader.Run)).ToList();
        loader.Begun();
        // Calls are begun in order, so that those before have all been begun when this one answers.
        trial.Equal(0, shelf.Cache.Count(), "entries while the only key is loaded");
        trial.Equal(false, tasks.Exists(task => task.IsCompleted), "whether anybody is answered before the loader is");
        loader.End(value);
        foreach (var task in tasks)
            trial.Equal(value, Loading.Of(task), "what each of the callers is answered");
        trial.Equal(1, loader.Runs, $"loaders run for {tasks.Count} callers at the same time");
        trial.Equal(value, shelf.Cache.Get(key), "the value after the load");
    }

    private static void LoadsDoNotBlock(Trial trial)
    {
        var shelf = Shelf.New(trial);
        var (slow, loader) = (shelf.Key(), new Loader());
        var task = shelf.Ask(slow, loader.Run);
        loader.Begun();
        var others = new[] { shelf.Key(), shelf.Key(), shelf.Key() };
        shelf.Set(others[0]);
        shelf.Get(others[0], "while another key is loaded");
        shelf.Load(others[1], "while another key is loaded");
        shelf.Count("while another key is loaded");
        shelf.GetAll([.. shelf.Fill(), .. shelf.Fill()], "of more keys than there is room for, while another key is loaded");
        trial.Equal(null, shelf.Cache.Get(slow), "the key that is being loaded, when only read");
        loader.End("late");
        trial.Equal("late", Loading.Of(task), "what the slow load brought");
        // A loader may use the cache, and another loader in it.
        var nested = shelf.Ask(others[2], async (key, _) =>
        {
            shelf.Cache.Set("from within", "set");
            return await shelf.Ask($"{key} within", (inner, _) => Task.FromResult($"{inner}: {shelf.Cache.Get("from within")}")).ConfigureAwait(false);
        });
        trial.Equal($"{others[2]} within: set", Loading.Of(nested), "what a loader brought that set a key and loaded another");
    }

    private static void Failures(Trial trial)
    {
        var shelf = Shelf.New(trial);
        var (key, loader, message) = (shelf.Key(), new Loader(), $"no value for number {trial.Random.Next()}");
        var tasks = Enumerable.Range(0, 3).Select(_ => shelf.Ask(key, loader.Run)).ToList();
        loader.Begun();
        trial.Equal(0, shelf.Cache.Count(), "entries while the only key is loaded");
        loader.Fail(message);
        foreach (var task in tasks)
            Expect(trial, task, message, "what a caller gets whose loader failed");
        trial.Equal(1, loader.Runs, "loaders run until then");
        trial.Equal(null, shelf.Cache.Get(key), "the value after a failed load");
        trial.Equal(0, shelf.Cache.Count(), "entries after a failed load");
        Expect(trial, shelf.Ask(key, (_, _) => Task.FromException<string>(new InvalidOperationException("by its task"))), "by its task", "what a caller gets whose loader gave a task that had failed");
        Expect(trial, shelf.Ask(key, Scripts.ThrowsAtOnce), Scripts.ThrowsAtOnceMessage, "what a caller gets whose loader threw at once");
        trial.Equal("anew", Loading.Of(shelf.Ask(key, (_, _) => Task.FromResult("anew"))), "what the next load brings");
    }

    private static void Expect(Trial trial, Task<string> task, string message, string what)
    {
        var thrown = Loading.Failure(task);
        trial.True(thrown?.Is(typeof(InvalidOperationException)) == true && thrown.Message.Contains(message, StringComparison.Ordinal),
            what, $"the loader's InvalidOperationException: {message}", thrown?.Message ?? "a value");
    }

    private static void Overtaken(Trial trial)
    {
        var shelf = Shelf.New(trial);
        var (set, removed) = (shelf.Key(), shelf.Key());
        var (first, second) = (new Loader(), new Loader());
        var tasks = new[] { shelf.Ask(set, first.Run), shelf.Ask(removed, second.Run) };
        first.Begun();
        second.Begun();
        shelf.Cache.Set(set, "set");
        trial.Equal(false, shelf.Cache.Remove(removed), "whether a key was there that is only being loaded");
        first.End("old");
        second.End("old");
        foreach (var task in tasks)
            trial.Equal("old", Loading.Of(task), "what the callers of an overtaken load are answered");
        trial.Equal("set", shelf.Cache.Get(set), "the key that was set during its load");
        trial.Equal(null, shelf.Cache.Get(removed), "the key that was removed during its load");
        OvertakenByALoad(trial, shelf);
    }

    // The key was removed during its load, and loaded again before that ended.
    private static void OvertakenByALoad(Trial trial, Shelf shelf)
    {
        var (key, third, fourth) = (shelf.Key(), new Loader(), new Loader());
        var stale = shelf.Ask(key, third.Run);
        third.Begun();
        trial.Equal(false, shelf.Cache.Remove(key), "whether a key was there that is only being loaded");
        var fresh = shelf.Ask(key, fourth.Run);
        fourth.Begun("a key that was removed during its load, asked for again while that load still runs");
        fourth.End("new");
        trial.Equal("new", Loading.Of(fresh), "what a load brings that began after the removal");
        third.End("old");
        trial.Equal("old", Loading.Of(stale), "what the caller of the load before is answered");
        trial.Equal("new", shelf.Cache.Get(key), "the key after both loads");
    }

    private static void LoadedLives(Trial trial)
    {
        var shelf = Shelf.New(trial);
        var (key, loader) = (shelf.Key(), new Loader());
        var task = shelf.Ask(key, loader.Run);
        loader.Begun();
        trial.Advance(shelf.TimeToLive / 2);
        loader.End("value");
        trial.Equal("value", Loading.Of(task), "what the load brought");
        trial.Advance(shelf.TimeToLive - TimeSpan.FromTicks(1));
        trial.Equal("value", shelf.Cache.Get(key), "the value one tick before its time to live since the load has passed");
        trial.Advance(TimeSpan.FromTicks(1));
        trial.Equal(null, shelf.Cache.Get(key), "the value when that has passed");
    }

    private static void CountsAreExact(Trial trial)
    {
        var shelf = Shelf.New(trial);
        trial.Equal(default, shelf.Cache.Counts(), "the counts of a new cache");
        shelf.Fill();
        shelf.Advance(shelf.TimeToLive);
        var expired = shelf.Fill();
        trial.Equal(shelf.Counts, shelf.Cache.Counts(), "the counts after entries that had expired made room");
        shelf.Advance(shelf.TimeToLive);
        shelf.GetAll(expired, "when it has expired");
        trial.Equal(shelf.Counts, shelf.Cache.Counts(), "the counts after reads of entries that had expired");
        string[] keys = [.. Enumerable.Range(0, shelf.Capacity * 2).Select(_ => shelf.Key())];
        shelf.InFewMessages(() =>
        {
            for (var i = 0; i < 150; i++)
            {
                var key = keys[trial.Random.Next(keys.Length)];
                switch (trial.Random.Next(8))
                {
                    case 0: shelf.Remove(key, $"in step {i}"); break;
                    case 1: shelf.Set(key); break;
                    case 2: shelf.Advance(shelf.TimeToLive * trial.Random.NextDouble() / 4); break;
                    case 3 or 4: shelf.Load(key, $"in step {i}"); break;
                    default: shelf.Get(key, $"in step {i}"); break;
                }

                shelf.CheckCounts($"the counts after step {i}");
            }
        });

        JoiningIsAMiss(trial, shelf);
    }

    private static void JoiningIsAMiss(Trial trial, Shelf shelf)
    {
        const int Callers = 3;
        var (key, loader, before) = (shelf.Key(), new Loader(), shelf.Counts);
        var tasks = Enumerable.Range(0, Callers).Select(_ => shelf.Ask(key, loader.Run)).ToList();
        loader.Begun();
        // A cache that goes on elsewhere at once may take a moment to note who has come; a second round of questions is a second chance, and never more than so many.
        for (var question = 0; question < 1000 && shelf.Cache.Counts().Misses < before.Misses + Callers; question++)
            shelf.Cache.Count();
        trial.Equal(before with { Misses = before.Misses + Callers }, shelf.Cache.Counts(), $"the counts while {Callers} callers wait for one load, who have all found nothing");
        loader.End("value");
        foreach (var task in tasks)
            trial.Equal("value", Loading.Of(task), "what each of the callers is answered");
    }
}
