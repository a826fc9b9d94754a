using Assay.Reference.RateLimiting;
using Assay.Reference.Tests.RateLimiting;
using Assay.Verify;

namespace Assay.Reference.Tests.Mutants;

/// <summary>Changes of a limit's numbers as they are usually made: by a new limit in place of the old one.</summary>
internal sealed class Changes : IChanging
{
    private readonly Func<Terms, PermitLimit> _create;
    private readonly Func<int, int, int, int> _carry;
    private PermitLimit _limit;

    private Changes(ChangingKind kind, Terms terms, Func<int, int, int, int> carry)
    {
        var clock = new ManualClock(timestampFrequency: TimeSpan.TicksPerSecond);
        (_create, _carry) = (one => kind.Create(one, clock), carry);
        _limit = _create(terms);
    }

    /// <summary>Starts afresh: whoever can cause a reload gets all permits again.</summary>
    public static Changes Reset(ChangingKind kind, Terms terms) => new(kind, terms, (_, _, _) => 0);

    /// <summary>Keeps what is left, up to the new capacity: a lower one forgives what was taken, a higher one forgets that nothing was.</summary>
    public static Changes KeepWhatIsLeft(ChangingKind kind, Terms terms) => new(kind, terms, (_, left, capacity) => capacity - Math.Min(left, capacity));

    /// <summary>Takes again what was taken, but not more than there is: a lower capacity forgives the rest.</summary>
    public static Changes Forgive(ChangingKind kind, Terms terms) => new(kind, terms, (used, _, capacity) => Math.Min(used, capacity));

    public Decision TryAcquire(int permits, long now) => _limit.TryAcquire(permits, now);

    public void Change(Terms terms, long now)
    {
        var left = _limit.Peek(1, now).Remaining;
        var taken = _carry(_limit.Capacity - left, left, terms.Capacity);
        _limit = _create(terms);
        if (taken > 0)
            _limit.TryAcquire(taken, now);
    }
}

/// <summary>The exchange of a bucket whose rate changes, under schedule control: each bucket a number, and the one in its place.</summary>
internal sealed class ScheduledChange(IPrimitives primitives, BucketRate rate)
{
    private const long Replaced = -2;

    private readonly List<(ISharedVariable<long> FullAt, ISharedVariable<int> Successor)> _buckets = [NewBucket(primitives, 0)];
    private readonly ISharedVariable<int> _current = primitives.NewVariable(0, "current");

    /// <summary>What <see cref="TokenBucket"/> does.</summary>
    public bool TryAcquire()
    {
        var bucket = 0;
        while (true)
        {
            if (TryTake(_buckets[bucket].FullAt) is { } granted)
                return granted;
            bucket = _buckets[bucket].Successor.Read();
            if (bucket < 0)
                throw new InvalidOperationException("there is nothing in the place of a bucket that has ended");
        }
    }

    /// <summary>What <see cref="TokenBucket"/> does: the successor first, then one exchange that ends the number it was made from.</summary>
    public void Change()
    {
        var (fullAt, successor) = _buckets[0];
        var seen = fullAt.Read();
        while (true)
        {
            successor.Write(Next(seen));
            var found = fullAt.CompareExchange(Replaced, seen);
            if (found == seen)
                return;
            seen = found;
        }
    }

    /// <summary>Ends the number first: who comes in between finds nothing.</summary>
    public void ChangeBackwards()
    {
        var (fullAt, successor) = _buckets[0];
        var seen = fullAt.Read();
        while (fullAt.CompareExchange(Replaced, seen) is var found && found != seen)
            seen = found;
        successor.Write(Next(seen));
    }

    /// <summary>A reference to the limit in force, exchanged when the new limit is ready: what was granted while it was made is forgotten.</summary>
    public void ChangeByReference() => _current.Write(Next(_buckets[_current.Read()].FullAt.Read()));

    public bool TryAcquireByReference() => TryTake(_buckets[_current.Read()].FullAt) ?? throw new InvalidOperationException("ended");

    private static (ISharedVariable<long> FullAt, ISharedVariable<int> Successor) NewBucket(IPrimitives primitives, long fullAt) =>
        (primitives.NewVariable(fullAt, "fullAt"), primitives.NewVariable(-1, "successor"));

    private int Next(long fullAt)
    {
        _buckets.Add(NewBucket(primitives, rate.Carry(fullAt, 0, rate)));
        return _buckets.Count - 1;
    }

    private bool? TryTake(ISharedVariable<long> number)
    {
        var fullAt = number.Read();
        while (fullAt != Replaced)
        {
            var decision = rate.Step(fullAt, 0, 1, out var next);
            if (next == fullAt)
                return decision.IsAllowed;
            var seen = number.CompareExchange(next, fullAt);
            if (seen == fullAt)
                return decision.IsAllowed;
            fullAt = seen;
        }

        return null;
    }
}
