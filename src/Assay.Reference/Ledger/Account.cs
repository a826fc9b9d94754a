namespace Assay.Reference.Ledger;

/// <summary>An account's state: the fold of the events that name it. Who calls sees to it that one thread at a time does.</summary>
/// <remarks>
/// Between two events Minimum ≤ Posted − HeldOut and Posted + HeldIn ≤ Maximum, and the held amounts are not negative. With bounds within
/// ±<see cref="Money.Max"/> every difference and sum below therefore fits 64 bits.
/// </remarks>
internal sealed class Account(long id, Currency currency, AccountBounds bounds, Gate gate)
{
    public long Id => id;

    public Currency Currency => currency;

    public AccountBounds Bounds => bounds;

    public Gate Gate => gate;

    public long Posted { get; private set; }

    public long HeldOut { get; private set; }

    public long HeldIn { get; private set; }

    // Counts the entries. An entry that names the version it led to cannot be lost or counted twice unnoticed.
    public long Version { get; private set; }

    public bool IsClosed { get; set; }

    public bool IsEmpty => Posted == 0 && HeldOut == 0 && HeldIn == 0;

    // The differences first: both are in bounds by the invariant, so the further term cannot overflow. The other order could.
    public bool HasRoomBelow(long change) => change >= 0 || Posted - HeldOut + change >= bounds.Minimum;

    public bool HasRoomAbove(long change) => change <= 0 || Posted + HeldIn + change <= bounds.Maximum;

    public void Enter(long change)
    {
        Posted = checked(Posted + change);
        Version++;
    }

    public void HoldOut(long change) => HeldOut = NotNegative(checked(HeldOut + change));

    public void HoldIn(long change) => HeldIn = NotNegative(checked(HeldIn + change));

    public AccountSnapshot Snapshot() => new(id, currency, bounds, Posted, HeldOut, HeldIn, Version, IsClosed);

    private long NotNegative(long held) =>
        held >= 0 ? held : throw new LedgerCorruptException($"Account {id} would free more than it holds.");
}
