using Assay.Reference.Caching;
using Assay.Reference.Tests.Mutants.Caches;
using Assay.Verify;

namespace Assay.Reference.Tests.Caching;

/// <summary>Two threads that meet at one key, a hundred thousand times, in every way in which a load can be met.</summary>
public sealed class ForcedRaceTests
{
    private static readonly Encounter[] s_encounters = Enum.GetValues<Encounter>();

    internal enum Encounter
    {
        Load,
        FailingLoad,
        AbandonedLoad,
        Removal,
    }

    [Theory, MemberData(nameof(AllCaches.Names), MemberType = typeof(AllCaches))]
    public void Of_a_hundred_thousand_races_each_runs_one_factory_at_a_time(string kind)
    {
        var wrong = Wrong(AllCaches.Real[kind], 100_000);
        Assert.True(wrong is null, wrong);
    }

    [Fact]
    public void A_cache_that_makes_the_value_for_each_caller_is_caught() => Assert.NotNull(Wrong(options => new PlainCache(options), 20_000));

    private static string? Wrong(Func<CacheOptions<int, int>, ICache<int, int>> create, int races)
    {
        var cache = create(new CacheOptions<int, int> { Capacity = 1_000, Clock = new ManualClock() });
        var (race, wrong) = (new Race(cache), (string?)null);
        // One thread comes with the encounter, the other always wants the value. Both wait for each other before each race and after it.
        using var meeting = new Barrier(2, _ => wrong ??= race.NextOrWrong());
        var other = new Thread(() => Run(() => race.Load()));
        other.Start();
        Run(() => race.Encounter());
        other.Join();
        return wrong;

        void Run(Action part)
        {
            while (wrong is null && race.Number < races)
            {
                race.Take(part);
                meeting.SignalAndWait();
            }
        }
    }

    /// <summary>One race after another, each with a key of its own.</summary>
    private sealed class Race(ICache<int, int> cache)
    {
        // Factories that run now, that have run, and the most at once.
        private int _running;
        private int _runs;
        private int _most;
        private int _begun;
        private string? _wrong;

        public int Number { get; private set; }

        private Encounter Kind => s_encounters[Number % s_encounters.Length];

        public void Take(Action part)
        {
            Interlocked.Increment(ref _begun);
            try
            {
                part();
            }
            catch (Exception unexpected)
            {
                // The other thread waits at the barrier: it must hear of it there.
                _wrong = unexpected.ToString();
            }
        }

        public void Load()
        {
            try
            {
                if (cache.GetOrAdd(Number, Make) != Number)
                    _wrong = "the value of another key";
            }
            catch (FormatException) when (Kind == ForcedRaceTests.Encounter.FailingLoad)
            {
                // Its own failure or that of the load it joined.
            }
        }

        public void Encounter()
        {
            if (Kind == ForcedRaceTests.Encounter.Removal)
                cache.TryRemove(Number, out _);
            else if (Kind == ForcedRaceTests.Encounter.AbandonedLoad)
                Abandon();
            else
                Load();
        }

        /// <summary>What was wrong with the race that both threads have ended; otherwise begins the next.</summary>
        public string? NextOrWrong()
        {
            var isStored = cache.TryGet(Number, out _);
            var wrong = _wrong ?? Kind switch
            {
                ForcedRaceTests.Encounter.Load or ForcedRaceTests.Encounter.Removal when _runs != 1 => $"{_runs} factories for one value",
                ForcedRaceTests.Encounter.Load or ForcedRaceTests.Encounter.AbandonedLoad when !isStored => "nothing was stored",
                ForcedRaceTests.Encounter.FailingLoad when isStored => "a failure was stored",
                ForcedRaceTests.Encounter.FailingLoad when _most > 1 => "two factories at once",
                _ => null,
            };
            if (wrong is not null)
                return $"race {Number}, {Kind}: {wrong}";
            Number++;
            (_running, _runs, _most, _begun) = (0, 0, 0, 0);
            return null;
        }

        // Comes first or second and gives up at once; the other is not to suffer, whoever began the load.
        private void Abandon()
        {
            using var cancellation = new CancellationTokenSource();
            var load = cache.GetOrAddAsync(Number, (key, _) => new ValueTask<int>(Make(key)), cancellation.Token);
            cancellation.Cancel();
            if (load.IsCompletedSuccessfully && load.Result != Number)
                _wrong = "the value of another key";
        }

        private int Make(int key)
        {
            var running = Interlocked.Increment(ref _running);
            Interlocked.Increment(ref _runs);
            // In half of the races until the other is about to come in, so that they meet for certain; in the others as it happens.
            var wait = new SpinWait();
            while (Number % 8 < 4 && Volatile.Read(ref _begun) < 2)
                wait.SpinOnce();
            Thread.SpinWait(30);
            _most = Math.Max(_most, running);
            Interlocked.Decrement(ref _running);
            return Kind == ForcedRaceTests.Encounter.FailingLoad ? throw new FormatException() : key;
        }
    }
}
