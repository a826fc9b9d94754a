using System.Collections.Immutable;
using Assay.Reference.Caching;
using Assay.Verify;

namespace Assay.Reference.Tests.Caching;

/// <summary>Runs seeded calls on a cache beside its definition and tells the first difference.</summary>
internal sealed class CacheScenario(int seed)
{
    private readonly Random _random = new(seed);
    private readonly List<Departure> _left = [];
    private readonly ManualClock _clock = new();

    public Func<int, int, long>? Weigh { get; init; }

    public long Capacity { get; init; } = 3;

    public EntryTerms Terms { get; init; }

    public bool VariesTerms { get; init; }

    public bool HasTime { get; init; }

    public string? FirstDifference(Func<CacheOptions<int, int>, ICache<int, int>> create, int steps)
    {
        var model = new LruModel(Capacity, Terms, Weigh ?? ((_, _) => 1));
        var cache = create(new CacheOptions<int, int>
        {
            Capacity = Capacity,
            Terms = Terms,
            Weigh = Weigh,
            Clock = _clock,
            Removed = (key, value, cause) => _left.Add(new Departure(key, value, cause)),
        });
        for (var step = 0; step < steps; step++)
        {
            var call = NextCall(step);
            _left.Clear();
            var reply = Run(cache, _clock, call);
            (model, var expected, var left) = model.Apply(call);
            if (Difference(cache, model, reply, expected, left) is { } difference)
                return $"seed {seed}, step {step}, {call}: {difference}";
        }

        return null;
    }

    public static CacheReply Run(ICache<int, int> cache, ManualClock clock, CacheCall call)
    {
        switch (call)
        {
            case CacheCall.Get get:
                return cache.TryGet(get.Key, out var read) ? new CacheReply(true, read) : CacheReply.No;
            case CacheCall.Set set:
                return new CacheReply(cache.Set(set.Key, set.Value, set.Terms), 0);
            case CacheCall.Remove remove:
                return cache.TryRemove(remove.Key, out var removed) ? new CacheReply(true, removed) : CacheReply.No;
            case CacheCall.Advance advance:
                clock.Advance(advance.By);
                return default;
            default:
                cache.Clear();
                return default;
        }
    }

    // What leaves at one step leaves in an order of its own only where it is evicted; a clean-up has none.
    private string? Difference(ICache<int, int> cache, LruModel model, CacheReply reply, CacheReply expected, ImmutableList<Departure> left)
    {
        if (reply != expected)
            return $"{reply}, by definition {expected}";
        if (cache.Count != model.Entries.Count)
            return $"holds {cache.Count}, by definition {model.Entries.Count}";
        if (cache is BoundedCache<int, int> bounded && bounded.Weight != model.Weight)
            return $"weighs {bounded.Weight}, by definition {model.Weight}";
        var (here, there) = (Text(_left), Text(left));
        return here == there ? null : $"left: {here}, by definition {there}";
    }

    private static string Text(IReadOnlyCollection<Departure> left) => string.Join(", ",
        left.Where(departure => departure.Cause == RemovalCause.Evicted)
            .Concat(left.Where(departure => departure.Cause != RemovalCause.Evicted).OrderBy(departure => departure.Key)));

    private CacheCall NextCall(int step) => _random.Next(HasTime ? 14 : 10) switch
    {
        0 => _random.Next(10) == 0 ? new CacheCall.Clear() : new CacheCall.Remove(_random.Next(6)),
        1 => new CacheCall.Remove(_random.Next(6)),
        < 5 => new CacheCall.Set(_random.Next(6), step, VariesTerms && _random.Next(2) == 0 ? NextTerms() : null),
        < 10 => new CacheCall.Get(_random.Next(6)),
        _ => new CacheCall.Advance(TimeSpan.FromTicks(_random.Next(4))),
    };

    private EntryTerms NextTerms() => new(NextTime(), NextTime());

    private TimeSpan? NextTime() => _random.Next(4) switch
    {
        0 => null,
        1 => TimeSpan.MaxValue,
        var ticks => TimeSpan.FromTicks(ticks * 2),
    };
}
