using Assay.Reference.Caching;
using Assay.Reference.Tests.Mutants.Caches;
using Assay.Verify;

namespace Assay.Reference.Tests.Caching;

/// <summary>
/// Whatever a policy evicts: the cache holds what was stored less what it reported as gone, each once, within its capacity.
/// </summary>
public sealed class CacheContentsTests
{
    private const long Capacity = 60;
    private const int Life = 6;

    public static TheoryData<string> Caches => AllCaches.Names;

    [Theory]
    [MemberData(nameof(Caches))]
    public void Contents_are_what_was_stored_less_what_was_reported(string kind)
    {
        for (var seed = 0; seed < 20; seed++)
            Assert.Null(Difference(AllCaches.Real[kind], seed));
    }

    [Theory]
    [InlineData(nameof(ReportsTwice))]
    [InlineData(nameof(CountsDownTwice))]
    [InlineData(nameof(AliveAtItsExpiry))]
    public void Wrong_contents_are_caught(string mutant) => Assert.NotNull(Difference(AllCaches.Mutants[mutant], seed: 1));

    private static string? Difference(Func<CacheOptions<int, int>, ICache<int, int>> create, int seed)
    {
        var (random, clock, held) = (new Random(seed), new ManualClock(), new Dictionary<int, (int Value, long End)>());
        string? wrong = null;
        var cache = create(new CacheOptions<int, int>
        {
            Capacity = Capacity,
            Clock = clock,
            Weigh = Weight,
            Terms = new EntryTerms(TimeSpan.FromTicks(Life)),
            Removed = (key, value, _) => wrong ??= Leave(key, value),
        });
        for (var step = 1; step < 3_000 && wrong is null; step++)
        {
            clock.Advance(TimeSpan.FromTicks(random.Next(3)));
            Act(random.Next(20), random.Next(12), step);
        }

        return wrong;

        void Act(int kind, int key, int value)
        {
            if (kind == 0)
                cache.TryRemove(key, out _);
            else if (kind < 8)
                Store(key, value);
            var isHit = cache.TryGet(key, out var read);
            var isThere = held.TryGetValue(key, out var entry) && clock.GetTimestamp() < entry.End;
            if (isHit != isThere || (isHit && read != entry.Value))
                wrong ??= $"seed {seed}, step {value}: {isHit} {read}, held {isThere} {entry.Value}";
            if (cache.Count != held.Count || held.Sum(pair => Weight(pair.Key, pair.Value.Value)) > Capacity)
                wrong ??= $"seed {seed}, step {value}: {cache.Count} entries, {held.Count} held";
        }

        // Reported while it is stored, and then stored itself.
        void Store(int key, int value)
        {
            var isStored = cache.Set(key, value);
            if (held.ContainsKey(key))
                wrong ??= $"seed {seed}: the value before was not reported";
            if (isStored)
                held[key] = (value, clock.GetTimestamp() + Life);
        }

        string? Leave(int key, int value) => held.Remove(key, out var entry) && entry.Value == value ? null : $"seed {seed}: {key} left twice";
    }

    private static long Weight(int key, int value) => 1 + ((key * 7) + value) % 23;
}
