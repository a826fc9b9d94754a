using Assay.Reference.Caching;
using Assay.Reference.Tests.Mutants.Caches;
using Assay.Verify;

namespace Assay.Reference.Tests.Caching;

/// <summary>One factory at a time for a key, whatever happens meanwhile.</summary>
public sealed class SingleFlightTests
{
    [Theory]
    [MemberData(nameof(AllCaches.Names), MemberType = typeof(AllCaches))]
    public void Every_sequence_of_six_events_goes_as_defined(string cache)
    {
        var events = new LoadEvents(AllCaches.Real[cache], length: 6);
        Assert.Null(Outside(events.FirstDifference));
        Assert.True(events.Played > 15_000, $"{events.Played}");
    }

    [Fact]
    public void The_plain_single_flight_that_the_bad_ones_derive_from_is_right() =>
        Assert.Null(Outside(new LoadEvents(options => new SharedLoadCache(options), length: 4).FirstDifference));

    [Theory]
    [InlineData(nameof(PlainCache))]
    [InlineData(nameof(StoresOutOfDate))]
    [InlineData(nameof(FirstCallersToken))]
    [InlineData(nameof(KeepsFailures))]
    [InlineData(nameof(LeaksTheKey))]
    public void Bad_single_flights_are_caught(string mutant) =>
        Assert.NotNull(Outside(new LoadEvents(AllCaches.Mutants[mutant], length: 4).FirstDifference));

    [Fact]
    public void Sixteen_callers_at_once_run_one_factory_in_each_of_many_rounds()
    {
        var cache = new LruTtlCache<int, int>(100);
        for (var round = 0; round < 500; round++)
        {
            var (calls, answers) = (0, new int[16]);
            var start = new Barrier(answers.Length);
            var threads = answers.Select((_, i) => new Thread(() =>
            {
                start.SignalAndWait();
                answers[i] = cache.GetOrAdd(round, _ => Interlocked.Increment(ref calls));
            })).ToList();
            threads.ForEach(thread => thread.Start());
            threads.ForEach(thread => thread.Join());
            Assert.Equal((1, true), (calls, answers.All(answer => answer == 1)));
        }
    }

    [Fact]
    public void Reads_through_the_cache_are_as_fresh_as_its_removals()
    {
        Assert.Null(Violation(options => new LruTtlCache<int, int>(options)));

        // A row in a database and its cache: an update writes the row and removes the key. After it, nobody may read what was before.
        static string? Violation(Func<CacheOptions<int, int>, ICache<int, int>> create)
        {
            var result = Stress.Run(
                new RegisterModel<int>(0),
                () => new Row(create(new CacheOptions<int, int> { Capacity = 2 })),
                (random, lane) => random.Next(3) == 0
                    ? new RegisterCall<int>.Write(random.Next(1000))
                    : (RegisterCall<int>)new RegisterCall<int>.Read(),
                (row, call) => row.Execute(call),
                new StressOptions { Rounds = 1_500, Threads = 3, CallsPerThread = 5, Seed = 5 },
                TestContext.Current.CancellationToken);
            return result.HasFailed ? result.ToString() : null;
        }
    }

    // Continuations are to run where a task ends, which the test framework's context would prevent.
    private static T Outside<T>(Func<T> body)
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return body();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    private sealed class Row(ICache<int, int> cache)
    {
        private int _value;

        public Reply<int> Execute(RegisterCall<int> call)
        {
            if (call is not RegisterCall<int>.Write write)
                return Reply<int>.Of(cache.GetOrAdd(1, _ => Read()));
            Volatile.Write(ref _value, write.Value);
            cache.TryRemove(1, out _);
            return Reply<int>.Done;
        }

        private int Read()
        {
            var value = Volatile.Read(ref _value);
            Thread.SpinWait(50);
            return value;
        }
    }
}
