using Assay.Contracts;

namespace Assay.Exercises.Cache;

/// <summary>Stage two: the end of an entry's life, extremes, senseless arguments.</summary>
internal static class EdgeStage
{
    private const string Time = "Time";
    private const string Errors = "Errors";

    public static Stage Stage { get; } = new(2, "Edge cases",
    [
        Check("expiry-is-exact", "An entry lives until the tick before its time to live has passed, and not at that instant", ExpiryIsExact, Time) with
        {
            Help = "An entry has expired when now - stored >= timeToLive: with > it lives a tick too long.",
        },
        Check("reading-renews-nothing", "Reading does not lengthen an entry's life; setting it again does", ReadingRenewsNothing, Time) with
        {
            Help = "Reading changes the order of use, never the time at which the entry was set.",
        },
        Check("expired-is-as-never-been", "An expired entry is not counted, not removed, and evicts nobody", ExpiredIsGone, Weight.Behaviour) with
        {
            Help = "Treat an expired entry as absent everywhere: in Get, Remove, Count, and when room is made, before anybody who lives is evicted.",
        },
        Check("wall-clock-changes-nothing", "Setting the wall clock neither ends nor lengthens a life", WallClock, Time) with
        {
            Help = "Measure time with TimeProvider.GetTimestamp and GetElapsedTime; GetUtcNow is what administrators and time servers set.",
        },
        Check("extreme-lives", "Lives of one tick, of centuries and without end are kept exactly", ExtremeLives, Weight.Behaviour) with
        {
            Help = "Adding a long time to live to a timestamp overflows: compare the elapsed time with it instead, and let TimeSpan.MaxValue never end.",
        },
        Check("any-order-with-time", "A long random sequence of calls over time is answered as the contract says", AnyOrder, Weight.Behaviour) with
        {
            Help = "The evidence names the first answer that differs. Replay the calls before it by hand, with the time of each.",
        },
        Check("senseless-arguments-are-errors", "Null keys, values and loaders are ArgumentNullExceptions and change nothing", SenselessArguments, Errors) with
        {
            Help = "ArgumentNullException.ThrowIfNull for each argument before anything changes; of an async method check them before the first await.",
        },
        Check("senseless-settings-are-errors", "A capacity or a time to live that is not positive is an ArgumentOutOfRangeException", SenselessSettings, Errors) with
        {
            Help = "Guard the constructor: ArgumentOutOfRangeException.ThrowIfNegativeOrZero for the capacity, and the same for the time to live.",
        },
    ]);

    private static Check Check(string id, string sentence, Action<Trial> run, string category) =>
        new(id, sentence, category, run) { Requires = [BaseStage.First] };

    private static void ExpiryIsExact(Trial trial)
    {
        var shelf = Shelf.New(trial);
        var (first, second) = (shelf.Key(), shelf.Key());
        shelf.Set(first);
        shelf.Advance(TimeSpan.FromTicks(5));
        shelf.Set(second);
        shelf.Advance(shelf.TimeToLive - TimeSpan.FromTicks(6));
        shelf.GetAll([first, second], "one tick before the first expires");
        shelf.Advance(TimeSpan.FromTicks(1));
        shelf.GetAll([first, second], "when exactly the first's time to live has passed");
        shelf.Advance(TimeSpan.FromTicks(5));
        shelf.GetAll([first, second], "when both have expired");
    }

    private static void ReadingRenewsNothing(Trial trial)
    {
        var shelf = Shelf.New(trial);
        var (read, written) = (shelf.Key(), shelf.Key());
        shelf.Set(read);
        shelf.Set(written);
        for (var i = 0; i < 4; i++)
        {
            shelf.Advance(shelf.TimeToLive / 5);
            shelf.Get(read, "when read again and again");
            shelf.Set(written);
        }

        shelf.Advance(shelf.TimeToLive / 2);
        shelf.GetAll([read, written], "when the first life of both is over, of which one was set again");
        shelf.Advance(shelf.TimeToLive);
        shelf.GetAll([read, written], "when the second life is over too");
    }

    private static void ExpiredIsGone(Trial trial)
    {
        var shelf = Shelf.New(trial);
        var old = shelf.Fill()[..1].ToList();
        shelf.Advance(shelf.TimeToLive / 2);
        var young = shelf.Keys.Skip(1).ToList();
        foreach (var key in young)
            shelf.Set(key);
        shelf.Get(old[0], "to use it last");
        shelf.Advance(shelf.TimeToLive / 2 + TimeSpan.FromTicks(1));
        shelf.Set(shelf.Key());
        shelf.GetAll(young, "after a new entry took the place of an expired one that was used last");
        shelf.Remove(old[0], "when it has expired");
        shelf.Advance(shelf.TimeToLive / 2);
        shelf.Remove(young[0], "when it has expired and nobody has looked since");
        shelf.Count("when all but the last have expired");
        shelf.Remove(young[1], "when it has expired");
        shelf.Advance(shelf.TimeToLive * 2);
        shelf.Count("when all have expired");
        shelf.Fill();
        shelf.Count("after the cache was filled anew");
    }

    private static void WallClock(Trial trial)
    {
        var shelf = Shelf.New(trial);
        var key = shelf.Key();
        shelf.Set(key);
        trial.Subject.SetUtcNow(new DateTimeOffset(2040, 1, 1, 0, 0, 0, TimeSpan.Zero));
        shelf.Get(key, "after the wall clock was put forward");
        trial.Subject.SetUtcNow(new DateTimeOffset(2010, 1, 1, 0, 0, 0, TimeSpan.Zero));
        shelf.Get(key, "after the wall clock was put back");
        shelf.Advance(shelf.TimeToLive);
        shelf.Get(key, "when its time to live has passed");
    }

    private static void ExtremeLives(Trial trial)
    {
        foreach (var life in new[] { TimeSpan.MaxValue, TimeSpan.FromDays(300 * 365), TimeSpan.FromTicks(1) })
        {
            var shelf = new Shelf(trial, 3, life);
            var keys = shelf.Fill();
            shelf.GetAll(keys, $"with a time to live of {life}");
            shelf.Advance(TimeSpan.FromDays(trial.Random.Next(1, 1000)));
            shelf.Set(keys[0]);
            shelf.GetAll(keys, $"days later, with a time to live of {life}");
        }
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
                switch (trial.Random.Next(8))
                {
                    case 0: shelf.Remove(key, $"in step {i}"); break;
                    case 1 or 2: shelf.Set(key); break;
                    case 3: shelf.Count($"in step {i}"); break;
                    case 4: shelf.Advance(shelf.TimeToLive * trial.Random.NextDouble() / 4); break;
                    default: shelf.Get(key, $"in step {i}"); break;
                }
            }
        });
    }

    private static void SenselessArguments(Trial trial)
    {
        var shelf = Shelf.New(trial);
        var keys = shelf.Fill();
        trial.Throws<ArgumentNullException>(() => shelf.Cache.Get(null!), "reading the key null");
        trial.Throws<ArgumentNullException>(() => shelf.Cache.Set(null!, "value"), "setting the key null");
        trial.Throws<ArgumentNullException>(() => shelf.Cache.Set(keys[0], null!), "setting the value null");
        trial.Throws<ArgumentNullException>(() => shelf.Cache.Remove(null!), "removing the key null");
        shelf.GetAll(keys, "after all these");
    }

    private static void SenselessSettings(Trial trial)
    {
        var shelf = Shelf.New(trial);
        shelf.GetAll(shelf.Fill(), "with sensible settings");
        trial.Throws<ArgumentOutOfRangeException>(() => trial.Create<ICache>(0, TimeSpan.FromSeconds(1), null), "a capacity of 0");
        trial.Throws<ArgumentOutOfRangeException>(() => trial.Create<ICache>(-1, TimeSpan.FromSeconds(1), null), "a negative capacity");
        trial.Throws<ArgumentOutOfRangeException>(() => trial.Create<ICache>(3, TimeSpan.Zero, null), "a time to live of zero");
        trial.Throws<ArgumentOutOfRangeException>(() => trial.Create<ICache>(3, TimeSpan.FromTicks(-1), null), "a negative time to live");
    }
}
