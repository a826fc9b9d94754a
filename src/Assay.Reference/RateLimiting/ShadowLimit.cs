namespace Assay.Reference.RateLimiting;

/// <summary>
/// A limit that is tried out: every request is put to it, as if it alone were in force, but answered by another limit, or granted where
/// there is none. What it would have answered is counted and traced (<see cref="ShadowRecord"/>), and never enforced.
/// </summary>
/// <remarks>
/// Both limits belong to it; ask neither by itself. A request that is rejected although the shadow would grant it still takes permits of
/// the shadow, because it would have. What callers would do differently, such as trying again later, no shadow can tell. Without a limit in
/// force <see cref="PermitLimit.Capacity"/> is that of an int, and the permits that remain are those of the shadow.
/// </remarks>
public sealed class ShadowLimit : PermitLimit
{
    private readonly ShadowRecord _record;
    private readonly PermitLimit _shadow;
    private readonly PermitLimit? _enforced;

    // Both limits decide under it, in one order: otherwise a sweep could drop one of them and keep the other, and two requests at once
    // would count as different because each was first at one of the limits.
    private readonly Lock _gate = new();
    private bool _isRetired;

    /// <summary>Puts a limit in the shadow of another.</summary>
    /// <param name="record">What would have been answered; shared by the limits of all keys.</param>
    /// <param name="shadow">The limit that is tried out.</param>
    /// <param name="enforced">The limit in force, on the same clock; null to grant everything.</param>
    /// <exception cref="ArgumentException">
    /// The limits count time by different clocks, are the same one, or the shadow takes permits back: nobody could tell which it had given.
    /// </exception>
    public ShadowLimit(ShadowRecord record, PermitLimit shadow, PermitLimit? enforced = null)
        : base(enforced?.Capacity ?? int.MaxValue, shadow?.Clock)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(shadow);
        if (shadow.ReturnsPermits)
            throw new ArgumentException("Permits would come back to the shadow that it never gave: use a limit over time.", nameof(shadow));
        if (shadow == enforced)
            throw new ArgumentException("A limit in its own shadow would take twice.", nameof(enforced));
        if (enforced is not null && enforced.Clock != shadow.Clock)
            throw new ArgumentException("Limits with different clocks have no common instant at which to decide.", nameof(enforced));
        (_record, _shadow, _enforced) = (record, shadow, enforced);
    }

    /// <inheritdoc/>
    public override bool ReturnsPermits => _enforced?.ReturnsPermits ?? false;

    /// <inheritdoc/>
    public override void Return(int permits)
    {
        if (_enforced is null)
            base.Return(permits);
        else
            _enforced.Return(permits);
    }

    /// <inheritdoc/>
    public override long? IdleTicks(long timestamp)
    {
        lock (_gate)
            return IdleTicksLocked(timestamp);
    }

    internal override bool TryRetire(long timestamp)
    {
        lock (_gate)
        {
            if (_isRetired || IdleTicksLocked(timestamp) is null)
                return false;
            return _isRetired = true;
        }
    }

    internal override void ThrowIfNoTerms(PermitLimit terms)
    {
        base.ThrowIfNoTerms(terms);
        var other = (ShadowLimit)terms;
        if (_enforced is null != other._enforced is null)
            throw new ArgumentException("A change cannot put a limit in force or out of force.", nameof(terms));
        _shadow.ThrowIfNoTerms(other._shadow);
        _enforced?.ThrowIfNoTerms(other._enforced!);
    }

    internal override void TakeOver(PermitLimit terms, long timestamp)
    {
        var other = (ShadowLimit)terms;
        lock (_gate)
        {
            if (_isRetired)
                return;
            _shadow.TakeOver(other._shadow, timestamp);
            _enforced?.TakeOver(other._enforced!, timestamp);
            _capacity = other.Capacity;
        }
    }

    private protected override Decision Decide(int permits, long timestamp, bool isTaking)
    {
        Decision answer, shadow;
        lock (_gate)
        {
            if (_isRetired)
                return Decision.Retired;
            if ((uint)permits > (uint)_capacity)
                return Decision.Impossible;
            if (!isTaking)
                return _enforced?.Peek(permits, timestamp) ?? new Decision(true, 0, _shadow.Peek(1, timestamp).Remaining);
            // More than the shadow could ever grant is a rejection here, not an error: it is not in force.
            shadow = _shadow.Ask(permits, timestamp);
            answer = _enforced?.Ask(permits, timestamp) ?? new Decision(true, 0, shadow.Remaining);
        }

        _record.Add(answer.IsAllowed, shadow);
        return answer;
    }

    private long? IdleTicksLocked(long timestamp) =>
        _enforced is null ? _shadow.IdleTicks(timestamp)
        : _shadow.IdleTicks(timestamp) is { } one && _enforced.IdleTicks(timestamp) is { } other ? Math.Min(one, other)
        : null;
}
