namespace Assay.Reference.RateLimiting;

/// <summary>
/// Several limits as one: a request takes its permits from all of them or from none, such as ten a second and a thousand a day. A
/// rejection changes no limit, and tells the longest of their times to retry.
/// </summary>
/// <remarks>
/// The limits belong to it: nobody else may ask them, or permits are gone between its look at one limit and its taking from another. For
/// limits that requests share in changing combinations, such as tenant and endpoint, use <see cref="JointKeyedLimit{TKey}"/>.
/// </remarks>
public sealed class JointLimit : LockedLimit
{
    private readonly JointCell[] _cells;

    /// <summary>Joins limits on one clock. <see cref="PermitLimit.Capacity"/> is that of the smallest.</summary>
    /// <param name="limits">One to eight, each once.</param>
    /// <exception cref="ArgumentException">There are none or too many, one is given twice, or they count time by different clocks.</exception>
    public JointLimit(params PermitLimit[] limits)
        : base(SmallestCapacity(limits), limits[0].Clock)
    {
        _cells = [.. limits.Select((limit, number) => new JointCell(limit, number))];
        if (limits.Length > JointDecision.MostLimits)
            throw new ArgumentException($"More than {JointDecision.MostLimits} limits.", nameof(limits));
        if (limits.Any(limit => limit.Clock != Clock))
            throw new ArgumentException("Limits with different clocks have no common instant at which to decide.", nameof(limits));
        if (limits.Distinct().Count() < limits.Length)
            throw new ArgumentException("A limit is joined with itself.", nameof(limits));
        ReturnsPermits = limits.Any(limit => limit.ReturnsPermits);
    }

    /// <inheritdoc/>
    public override bool ReturnsPermits { get; }

    /// <summary>Takes a number of permits from each limit, or none at all: one request and its so many bytes.</summary>
    /// <param name="permits">How many of each limit, in the order they were joined; a limit with zero is not asked.</param>
    /// <returns>The decision. <see cref="Decision.Remaining"/> is that of the limit with the fewest left among those asked.</returns>
    /// <exception cref="ArgumentException">There are not as many numbers as limits, or all are zero.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative or more than its limit's capacity.</exception>
    /// <exception cref="InvalidOperationException">A limit takes permits back: nobody could tell how many to return to each.</exception>
    public Decision TryAcquire(ReadOnlySpan<int> permits)
    {
        if (permits.Length != _cells.Length || !permits.ContainsAnyExcept(0))
            throw new ArgumentException($"A number of permits is needed for each of {_cells.Length} limits, one of them positive.", nameof(permits));
        if (ReturnsPermits)
            throw new InvalidOperationException("Permits that are held must be taken in equal numbers, so that they can be returned.");
        var now = Now;
        lock (Gate)
        {
            for (var i = 0; i < _cells.Length; i++)
                _cells[i].Ask(permits[i]);
            return JointDecision.Of(_cells, now, isTaking: true);
        }
    }

    /// <inheritdoc/>
    public override void Return(int permits)
    {
        if (!ReturnsPermits)
            base.Return(permits);
        foreach (var cell in _cells)
        {
            if (cell.Limit.ReturnsPermits)
                cell.Limit.Return(permits);
        }
    }

    private protected override long? IdleTicksLocked(long timestamp)
    {
        var shortest = long.MaxValue;
        foreach (var cell in _cells)
        {
            if (cell.Limit.IdleTicks(timestamp) is not { } idle)
                return null;
            shortest = Math.Min(shortest, idle);
        }

        return shortest;
    }

    private protected override Decision DecideLocked(int permits, long timestamp, bool isTaking)
    {
        foreach (var cell in _cells)
            cell.Ask(permits);
        return JointDecision.Of(_cells, timestamp, isTaking);
    }

    internal override void ThrowIfNoTerms(PermitLimit terms)
    {
        base.ThrowIfNoTerms(terms);
        var others = ((JointLimit)terms)._cells;
        if (others.Length != _cells.Length)
            throw new ArgumentException($"{_cells.Length} joined limits cannot go on as {others.Length}.", nameof(terms));
        foreach (var (cell, other) in _cells.Zip(others))
            cell.Limit.ThrowIfNoTerms(other.Limit);
    }

    private protected override void TakeOverLocked(PermitLimit terms, long timestamp)
    {
        for (var i = 0; i < _cells.Length; i++)
            _cells[i].TakeOver(((JointLimit)terms)._cells[i].Limit, timestamp);
    }

    private static int SmallestCapacity(PermitLimit[] limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        if (limits.Length == 0 || limits.Contains(null))
            throw new ArgumentException("There is no limit.", nameof(limits));
        return limits.Min(limit => limit.Capacity);
    }
}
