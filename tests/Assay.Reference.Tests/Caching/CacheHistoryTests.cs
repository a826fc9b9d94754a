using System.Diagnostics.CodeAnalysis;
using Assay.Reference.Caching;
using Assay.Reference.Tests.Mutants.Caches;
using Assay.Verify;

namespace Assay.Reference.Tests.Caching;

/// <summary>Histories of real threads on the exact cache, movements of the clock among them, are those of its definition.</summary>
public sealed class CacheHistoryTests
{
    [Fact]
    public void Histories_with_a_moving_clock_are_linearizable() => Assert.Null(Violation(AllCaches.Lru, rounds: 600));

    [Fact]
    public void A_value_alive_at_its_expiry_is_caught() =>
        Assert.NotNull(Violation(AllCaches.Mutants[nameof(AliveAtItsExpiry)], rounds: 600));

    [Fact]
    public void A_first_in_first_out_order_is_caught() =>
        Assert.NotNull(Violation(AllCaches.Mutants[nameof(FirstInFirstOut)], rounds: 600));

    private static string? Violation(Func<CacheOptions<int, int>, ICache<int, int>> create, int rounds)
    {
        var terms = new EntryTerms(TimeSpan.FromTicks(2));
        var value = 0;
        var result = Stress.Run(
            SequentialModel.Of<LruModel, CacheCall, CacheReply>(
                new LruModel(2, terms, (_, _) => 1),
                (model, call) => model.Apply(call) is var (next, reply, _) ? (next, reply) : default,
                stateComparer: new ByContent()),
            () => new Clocked(create, terms),
            (random, _) => random.Next(8) switch
            {
                < 3 => new CacheCall.Set(random.Next(3), ++value),
                < 6 => new CacheCall.Get(random.Next(3)),
                6 => new CacheCall.Remove(random.Next(3)),
                _ => new CacheCall.Advance(TimeSpan.FromTicks(1)),
            },
            (cache, call) => cache.Run(call),
            new StressOptions { Rounds = rounds, Threads = 3, CallsPerThread = 5, Seed = 3 },
            TestContext.Current.CancellationToken);
        Assert.Equal(0, result.UndecidedRounds);
        return result.HasFailed ? result.ToString() : null;
    }

    private sealed class Clocked(Func<CacheOptions<int, int>, ICache<int, int>> create, EntryTerms terms)
    {
        private readonly ManualClock _clock = new();
        private ICache<int, int>? _cache;

        public CacheReply Run(CacheCall call) => CacheScenario.Run(LazyInitializer.EnsureInitialized(ref _cache, Create), _clock, call);

        private ICache<int, int> Create() => create(new CacheOptions<int, int> { Capacity = 2, Clock = _clock, Terms = terms });
    }

    private sealed class ByContent : IEqualityComparer<LruModel>
    {
        public bool Equals(LruModel? x, LruModel? y) => x?.Now == y?.Now && x!.Entries.SequenceEqual(y!.Entries);

        public int GetHashCode([DisallowNull] LruModel obj) => obj.Entries.Aggregate(obj.Now.GetHashCode(), HashCode.Combine);
    }
}
