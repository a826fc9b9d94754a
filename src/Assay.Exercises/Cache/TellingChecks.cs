using System.Runtime.ExceptionServices;
using Assay.Contracts;

namespace Assay.Exercises.Cache;

/// <summary>What the owner of a cache is told of entries that made room.</summary>
internal static class TellingChecks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        Check("evicted-is-told", "Each entry that makes room is told of once, and no other entry is", EvictedIsTold) with
        {
            Category = Weight.Behaviour,
            Help = "Tell only of living entries that made room for others: not of those that were replaced, removed or had expired.",
        },
        Check("who-is-told-may-use-the-cache", "Whoever is told of an eviction may use the cache, wait for others who do, and throw", MayUseTheCache) with
        {
            Help = "Collect what is to be told under the lock, and tell it when the lock is free; what is thrown then is the owner's own business.",
        },
    ];

    private static Check Check(string id, string sentence, Action<Trial> run) => new(id, sentence, "Async", run) { Requires = [BaseStage.First] };

    private static void EvictedIsTold(Trial trial)
    {
        var shelf = Shelf.New(trial, (_, _) => { });
        string[] keys = [.. Enumerable.Range(0, shelf.Capacity * 2).Select(_ => shelf.Key())];
        for (var i = 0; i < 120; i++)
        {
            var key = keys[trial.Random.Next(keys.Length)];
            switch (trial.Random.Next(8))
            {
                case 0: shelf.Remove(key, $"in step {i}"); break;
                case 1: shelf.Advance(shelf.TimeToLive * trial.Random.NextDouble() / 4); break;
                case 2: shelf.Get(key, $"in step {i}"); break;
                case 3: shelf.Load(key, $"in step {i}"); break;
                default: shelf.Set(key); break;
            }

            shelf.CheckTold($"after step {i}");
        }

        shelf.Fill();
        shelf.CheckTold("after the cache was filled");
        shelf.Advance(shelf.TimeToLive);
        shelf.Set(shelf.Key());
        shelf.CheckTold("after a new entry took the place of one that had expired");
    }

    private static void MayUseTheCache(Trial trial)
    {
        Shelf? shelf = null;
        var (seen, mostEntries, throws) = (0, 0, false);
        Exception? trouble = null;
        shelf = Shelf.New(trial, (key, _) =>
        {
            trouble ??= Elsewhere(() =>
            {
                if (shelf!.Cache.Get(key) is not null)
                    Interlocked.Increment(ref seen);
                mostEntries = Math.Max(mostEntries, shelf.Cache.Count());
            });
            if (throws)
                throw new InvalidOperationException("The owner's own trouble.");
        });
        var keys = shelf.Fill().ToList();
        for (var i = 0; i < shelf.Capacity; i++)
        {
            keys.Add(shelf.Key());
            throws = i % 2 == 1;
            shelf.Set(keys[^1]);
            shelf.CheckTold("after each of several evictions");
        }

        shelf.Load(keys[0], "while whoever is told throws");
        shelf.CheckTold("after a load in a full cache");
        if (trouble is not null)
            ExceptionDispatchInfo.Throw(trouble);
        trial.Equal(0, seen, "entries that were still there when their eviction was told");
        trial.True(mostEntries <= shelf.Capacity, "entries while an eviction is told", $"{shelf.Capacity} at most", $"{mostEntries}");
        shelf.GetAll(keys, "after all these");
    }

    // On a thread of its own, for whom a lock that the teller holds is closed. What the candidate's code throws there, or the end of its process, may not end this one:
    // who waits for the check is told, and a thread that was left behind tells nobody.
    private static Exception? Elsewhere(Action use)
    {
        Exception? thrown = null;
        var thread = new Thread(() =>
        {
            try
            {
                use();
            }
            catch (Exception e)
            {
                thrown = e;
            }
        }) { IsBackground = true };
        thread.Start();
        return thread.Join(Loading.Longest) ? thrown : null;
    }
}
