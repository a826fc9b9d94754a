using System;
using Assay.Contracts;

namespace Candidate;

/// <summary>A request with everything that is known of it later.</summary>
internal abstract class Request
{
    protected Request(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        Key = key;
    }

    public string Key { get; }

    public LedgerAnswer Answer { get; protected set; }

    /// <summary>Whether both ask for the same, whatever became of them.</summary>
    public bool IsSameAs(Request other) => GetType() == other.GetType() && Asks().Equals(other.Asks());

    public virtual LedgerStatus? FormFault() => null;

    public abstract void CarryOut(Vault vault);

    /// <summary>The money it moved, for whoever wants to move it back; null when it moves none.</summary>
    public virtual (long? From, long? To, long Amount)? Moved => null;

    public bool IsReversed { get; set; }

    protected abstract object Asks();

    protected void Refuse(LedgerStatus status) => Answer = new LedgerAnswer(status, 0);

    protected static bool IsAmount(long amount) => amount is > 0 and <= Vault.Most;

    protected bool IsDone => Answer.Status == LedgerStatus.Done;
}

internal sealed class Movement(string key, long? from, long? to, long amount) : Request(key)
{
    public override (long? From, long? To, long Amount)? Moved => IsDone ? (from, to, amount) : null;

    public override LedgerStatus? FormFault() => from == to ? LedgerStatus.SameAccount : IsAmount(amount) ? null : LedgerStatus.InvalidAmount;

    public override void CarryOut(Vault vault) => Answer = vault.Move(Key, from, to, amount);

    protected override object Asks() => (from, to, amount);
}

internal sealed class Reservation(string key, long from, long to, long amount, TimeSpan timeout) : Request(key)
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(36_525);

    public long From => from;

    public long To => to;

    public long Amount => amount;

    /// <summary>When it expires; null when never.</summary>
    public TimeSpan? Ends { get; private set; }

    /// <summary>What later requests for it are refused with; null while it holds.</summary>
    public LedgerStatus? Over { get; private set; }

    public override LedgerStatus? FormFault()
    {
        if (from == to)
            return LedgerStatus.SameAccount;
        if (!IsAmount(amount))
            return LedgerStatus.InvalidAmount;
        return timeout < TimeSpan.Zero || timeout > Longest ? LedgerStatus.InvalidTimeout : null;
    }

    public override void CarryOut(Vault vault)
    {
        if (!vault.Has(from) || !vault.Has(to))
        {
            Refuse(LedgerStatus.AccountNotFound);
            return;
        }

        if (vault.Free(from) < amount)
        {
            Refuse(LedgerStatus.InsufficientFunds);
            return;
        }

        Ends = timeout == TimeSpan.Zero ? null : vault.Now + timeout;
        vault.Hold(this, amount);
        Answer = new LedgerAnswer(LedgerStatus.Done, 0);
    }

    public void Release(Vault vault, LedgerStatus over)
    {
        Over = over;
        vault.Hold(this, -amount);
    }

    /// <summary>Why it cannot be used; null when it can.</summary>
    public static LedgerStatus? Fault(Request? named, long amount, out Reservation reservation)
    {
        reservation = (named as Reservation)!;
        if (named is null)
            return LedgerStatus.TargetNotFound;
        if (reservation is null || !reservation.IsDone)
            return LedgerStatus.WrongTarget;
        return amount > reservation.Amount ? LedgerStatus.ExceedsReservation : reservation.Over;
    }

    protected override object Asks() => (from, to, amount, timeout);
}

internal sealed class Posting(string key, string target, long amount) : Request(key)
{
    private readonly string _target = target ?? throw new ArgumentNullException(nameof(target));
    private (long? From, long? To, long Amount)? _moved;

    public override (long? From, long? To, long Amount)? Moved => _moved;

    public override LedgerStatus? FormFault() => IsAmount(amount) ? null : LedgerStatus.InvalidAmount;

    public override void CarryOut(Vault vault)
    {
        if (Reservation.Fault(vault.Earlier(_target), amount, out var reservation) is { } fault)
        {
            Refuse(fault);
            return;
        }

        reservation.Release(vault, LedgerStatus.AlreadyPosted);
        Answer = vault.Move(Key, reservation.From, reservation.To, amount);
        _moved = (reservation.From, reservation.To, amount);
    }

    protected override object Asks() => (_target, amount);
}

internal sealed class Voiding(string key, string target) : Request(key)
{
    private readonly string _target = target ?? throw new ArgumentNullException(nameof(target));

    public override void CarryOut(Vault vault)
    {
        if (Reservation.Fault(vault.Earlier(_target), 0, out var reservation) is { } fault)
        {
            Refuse(fault);
            return;
        }

        reservation.Release(vault, LedgerStatus.AlreadyVoided);
        Answer = new LedgerAnswer(LedgerStatus.Done, 0);
    }

    protected override object Asks() => _target;
}

internal sealed class Reversal(string key, string target) : Request(key)
{
    private readonly string _target = target ?? throw new ArgumentNullException(nameof(target));

    public override void CarryOut(Vault vault)
    {
        var original = vault.Earlier(_target);
        if (original?.Moved is not var (from, to, amount))
        {
            Refuse(original is null ? LedgerStatus.TargetNotFound : LedgerStatus.WrongTarget);
            return;
        }

        if (original.IsReversed)
        {
            Refuse(LedgerStatus.AlreadyReversed);
            return;
        }

        Answer = vault.Move(Key, to, from, amount);
        original.IsReversed = IsDone;
    }

    protected override object Asks() => _target;
}
