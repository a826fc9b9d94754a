using Assay.Contracts;

namespace Assay.Exercises.Cache;

/// <summary>Stage one: values by key, and the least recently used makes room.</summary>
internal static class BaseStage
{
    public const string First = "values-are-kept";

    public static Stage Stage { get; } = new(1, "Base",
    [
        Check(First, "What was set last is read, and nothing else is", ValuesAreKept) with
        {
            Requires = [],
            Help = "Set replaces whatever was there, and Get of another key finds nothing: one dictionary with StringComparer.Ordinal does.",
        },
        Check("removed-is-gone", "What was removed is gone, and Remove tells whether it was there", Removed) with
        {
            Help = "Remove from both the dictionary and the order of use, and answer whether the entry was there and had not expired.",
        },
        Check("capacity-is-kept", "There are never more entries than the capacity, and a new one always finds room", CapacityIsKept) with
        {
            Help = "Make room before a new entry is added, and never turn a new entry away.",
        },
        Check("least-recently-used-goes", "The entry used least recently makes room; reading and setting are uses", LeastRecentlyUsed) with
        {
            Help = "Move an entry to the front on every Get that finds it and on every Set, and take who makes room from the back.",
        },
        Check("replacing-needs-no-room", "Setting a key again replaces its value and evicts nothing", Replacing) with
        {
            Help = "Look for the key first: whoever replaces a value needs no room, so nobody is evicted.",
        },
        Check("any-order-of-calls", "A long random sequence of calls is answered as the contract says", AnyOrder) with
        {
            Help = "The evidence names the first answer that differs. Replay the calls before it by hand, with pen and paper for the order of use.",
        },
    ]);

    private static Check Check(string id, string sentence, Action<Trial> run) => new(id, sentence, Weight.Behaviour, run) { Requires = [First] };

    private static void ValuesAreKept(Trial trial)
    {
        var shelf = Shelf.New(trial);
        var keys = shelf.Fill();
        shelf.GetAll(keys, "after it was set");
        shelf.Set(keys[1]);
        shelf.GetAll(keys, "after one of them was set again");
        shelf.Get(shelf.Key(), "of a key that was never set");
        shelf.Get(keys[0].ToUpperInvariant(), "in upper case");
        shelf.Get("", "of the empty key");
    }

    private static void Removed(Trial trial)
    {
        var shelf = Shelf.New(trial);
        var keys = shelf.Fill();
        shelf.Remove(keys[0], "of a key that was set");
        shelf.Remove(keys[0], "once more");
        shelf.Remove(shelf.Key(), "of a key that was never set");
        shelf.GetAll(keys, "after one of them was removed");
        shelf.Set(keys[0]);
        shelf.GetAll(keys, "after it was set again");
    }

    private static void CapacityIsKept(Trial trial)
    {
        var shelf = Shelf.New(trial);
        var keys = shelf.Fill().ToList();
        shelf.InFewMessages(() =>
        {
            for (var i = 0; i < 2 * shelf.Capacity; i++)
            {
                keys.Add(shelf.Key());
                shelf.Set(keys[^1]);
                shelf.Count("after another entry was set");
                shelf.Get(keys[^1], "right after it was set in a full cache");
            }

            shelf.GetAll(keys, "after many more entries than there is room for");
        });
    }

    private static void LeastRecentlyUsed(Trial trial)
    {
        var shelf = Shelf.New(trial);
        var keys = shelf.Fill().ToList();
        shelf.InFewMessages(() =>
        {
            for (var i = 0; i < shelf.Capacity * 2; i++)
            {
                // The next to go, unless this is a use.
                var oldest = shelf.Keys[0];
                if (i % 2 == 0)
                    shelf.Get(oldest, "to use the oldest");
                else
                    shelf.Set(oldest);
                keys.Add(shelf.Key());
                shelf.Set(keys[^1]);
                shelf.Get(oldest, "which was used just before another one was set");
            }

            shelf.GetAll(keys, "after the oldest were used and others set");
        });
    }

    private static void Replacing(Trial trial)
    {
        var shelf = Shelf.New(trial);
        var keys = shelf.Fill();
        for (var i = 0; i < 10; i++)
            shelf.Set(keys[trial.Random.Next(keys.Length)]);
        shelf.GetAll(keys, "after entries of a full cache were replaced");
    }

    private static void AnyOrder(Trial trial)
    {
        var shelf = Shelf.New(trial);
        string[] keys = [.. Enumerable.Range(0, shelf.Capacity * 2).Select(_ => shelf.Key())];
        shelf.InFewMessages(() =>
        {
            for (var i = 0; i < 200; i++)
            {
                var key = keys[trial.Random.Next(keys.Length)];
                switch (trial.Random.Next(6))
                {
                    case 0: shelf.Remove(key, $"in step {i}"); break;
                    case 1 or 2: shelf.Set(key); break;
                    case 3: shelf.Count($"in step {i}"); break;
                    default: shelf.Get(key, $"in step {i}"); break;
                }
            }
        });
    }
}
