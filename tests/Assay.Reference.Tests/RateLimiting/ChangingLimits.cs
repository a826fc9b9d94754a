using System.Numerics;
using Assay.Reference.RateLimiting;
using Assay.Verify;

namespace Assay.Reference.Tests.RateLimiting;

/// <summary>The numbers of a limit, in ticks of a clock of 100 ns.</summary>
public sealed record Terms(int Capacity, int Permits, long Window, int Segments);

/// <summary>A limit whose numbers can change: the limit itself or a mutant.</summary>
public interface IChanging
{
    Decision TryAcquire(int permits, long now);

    void Change(Terms terms, long now);
}

/// <summary>The definition of such a limit. Time goes forward.</summary>
public interface IChangingModel
{
    /// <summary>The whole permits left, negative in debt; between the two where the limit may round.</summary>
    (BigInteger Least, BigInteger Most) Left(long now);

    void Take(int permits, long now);

    void Change(Terms terms, long now);
}

/// <summary>A limit over time that changes: how it is made, and its definition.</summary>
public sealed record ChangingKind(string Name, Func<Terms, TimeProvider, PermitLimit> Create, Func<Terms, IChangingModel> Define)
{
    public static readonly ChangingKind[] All =
    [
        new("token bucket", (terms, clock) => new TokenBucket(terms.Capacity, terms.Permits, TimeSpan.FromTicks(terms.Window), clock), terms => new BucketMeter(terms)),
        new("fixed window", (terms, clock) => new FixedWindow(terms.Capacity, TimeSpan.FromTicks(terms.Window), clock), terms => new WindowGrants(terms)),
        new("sliding log", (terms, clock) => new SlidingLog(terms.Capacity, TimeSpan.FromTicks(terms.Window), clock), terms => new LogGrants(terms)),
        new("sliding counter", (terms, clock) => new SlidingCounter(terms.Capacity, TimeSpan.FromTicks(terms.Window), terms.Segments, clock), terms => new SegmentGrants(terms)),
    ];

    public IChanging Start(Terms terms) => new Changing(this, terms);

    public override string ToString() => Name;

    private sealed class Changing(ChangingKind kind, Terms first) : IChanging
    {
        private readonly ManualClock _clock = new(timestampFrequency: TimeSpan.TicksPerSecond);
        private PermitLimit? _limit;

        private PermitLimit Limit => _limit ??= kind.Create(first, _clock);

        public Decision TryAcquire(int permits, long now) => Limit.TryAcquire(permits, now);

        public void Change(Terms terms, long now) => Limit.TakeOver(kind.Create(terms, _clock), now);
    }
}

/// <summary>A meter that grants fill and the rate in force empties. The limit may count each change's fraction up to a whole subunit.</summary>
internal sealed class BucketMeter(Terms terms) : IChangingModel
{
    // Used permits as a fraction: exactly, and with every rounding that is allowed.
    private (BigInteger Part, BigInteger Whole) _used = (0, 1);
    private (BigInteger Part, BigInteger Whole) _most = (0, 1);
    private long _last;

    public (BigInteger Least, BigInteger Most) Left(long now)
    {
        Empty(now);
        return (Floor(_most), Floor(_used));
    }

    public void Take(int permits, long now)
    {
        Empty(now);
        (_used, _most) = (Plus(_used, permits, 1), Plus(_most, permits, 1));
    }

    public void Change(Terms next, long now)
    {
        Empty(now);
        terms = next;
        // A subunit: a permit is so many ticks, as a reduced fraction, and so many subunits is its numerator.
        if (_most.Part > 0)
            _most = Plus(_most, 1, next.Window / BigInteger.GreatestCommonDivisor(next.Window, next.Permits));
    }

    private void Empty(long now)
    {
        var drained = -(BigInteger)(now - _last) * terms.Permits;
        (_used, _most, _last) = (Plus(_used, drained, terms.Window), Plus(_most, drained, terms.Window), now);
    }

    private BigInteger Floor((BigInteger Part, BigInteger Whole) used)
    {
        var left = (terms.Capacity * used.Whole) - used.Part;
        return (left - ((left % used.Whole) + used.Whole) % used.Whole) / used.Whole;
    }

    private static (BigInteger Part, BigInteger Whole) Plus((BigInteger Part, BigInteger Whole) used, BigInteger part, BigInteger whole)
    {
        var sum = BigInteger.Max(0, (used.Part * whole) + (part * used.Whole));
        var divisor = BigInteger.GreatestCommonDivisor(sum, used.Whole * whole);
        return (sum / divisor, used.Whole * whole / divisor);
    }
}

/// <summary>What was taken in the window that runs. One that the new length has ended begins at the change.</summary>
internal sealed class WindowGrants(Terms terms) : IChangingModel
{
    private long _start;
    private BigInteger _used;

    public (BigInteger Least, BigInteger Most) Left(long now)
    {
        for (; now >= _start + terms.Window; _start += terms.Window)
            _used = 0;
        return (terms.Capacity - _used, terms.Capacity - _used);
    }

    public void Take(int permits, long now) => _used += permits;

    public void Change(Terms next, long now)
    {
        Left(now);
        terms = next;
        _start = now >= _start + terms.Window ? now : _start;
    }
}

/// <summary>All that was granted and has not come back.</summary>
internal sealed class LogGrants(Terms terms) : IChangingModel
{
    private readonly List<Ask> _grants = [];

    public (BigInteger Least, BigInteger Most) Left(long now)
    {
        _grants.RemoveAll(grant => now - grant.Offset >= terms.Window);
        BigInteger left = terms.Capacity - _grants.Sum(grant => (long)grant.Permits);
        return (left, left);
    }

    public void Take(int permits, long now) => _grants.Add(new Ask(now, permits));

    public void Change(Terms next, long now)
    {
        Left(now);
        terms = next;
    }
}

/// <summary>The same by segments. A change of the segments counts each grant as late as its old segment allows.</summary>
internal sealed class SegmentGrants(Terms terms) : IChangingModel
{
    private readonly List<Ask> _grants = [];
    private long _start;

    public (BigInteger Least, BigInteger Most) Left(long now)
    {
        _grants.RemoveAll(grant => SegmentOf(now) - SegmentOf(grant.Offset) > terms.Segments);
        BigInteger left = terms.Capacity - _grants.Sum(grant => (long)grant.Permits);
        return (left, left);
    }

    public void Take(int permits, long now) => _grants.Add(new Ask(now, permits));

    public void Change(Terms next, long now)
    {
        Left(now);
        if (LengthOf(next) != LengthOf(terms) || next.Segments != terms.Segments)
        {
            var lasts = _grants.ConvertAll(grant => grant with { Offset = Math.Min(now, _start + ((SegmentOf(grant.Offset) + 1) * LengthOf(terms)) - 1) });
            _grants.Clear();
            _grants.AddRange(lasts);
            var running = _start + (SegmentOf(now) * LengthOf(terms));
            _start = now - running < LengthOf(next) ? running : now;
        }

        terms = next;
    }

    private static long LengthOf(Terms terms) => (terms.Window + terms.Segments - 1) / terms.Segments;

    private long SegmentOf(long now) => (long)Math.Floor((now - _start) / (double)LengthOf(terms));
}
