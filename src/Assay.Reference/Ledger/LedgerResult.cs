namespace Assay.Reference.Ledger;

/// <summary>The answer to a request. A repetition is answered with the same value, not with today's balances.</summary>
/// <param name="Status">What became of it.</param>
/// <param name="Sequence">The number of its event; zero when none was recorded.</param>
/// <param name="FromBalance">
/// The balance, in minor units, of the account the first posted leg came from, directly after; zero when no money moved.
/// </param>
/// <param name="ToBalance">The same of the account the first posted leg went to.</param>
public readonly record struct LedgerResult(LedgerStatus Status, long Sequence, long FromBalance, long ToBalance)
{
    /// <summary>Whether the request took effect.</summary>
    public bool IsDone => Status == LedgerStatus.Done;

    /// <summary>An answer without an event.</summary>
    /// <param name="status">Why nothing was recorded.</param>
    /// <returns>The answer.</returns>
    public static LedgerResult Unrecorded(LedgerStatus status) => new(status, 0, 0, 0);
}

/// <summary>An account at one instant; amounts in minor units.</summary>
/// <param name="Account">Its number.</param>
/// <param name="Currency">Its currency.</param>
/// <param name="Bounds">The balances it may have.</param>
/// <param name="Balance">What has been posted.</param>
/// <param name="ReservedOut">What open reservations would take.</param>
/// <param name="ReservedIn">What open reservations would bring.</param>
/// <param name="Version">How many entries the balance is the sum of.</param>
/// <param name="IsClosed">Whether it takes no more entries.</param>
public readonly record struct AccountSnapshot(
    long Account, Currency Currency, AccountBounds Bounds, long Balance, long ReservedOut, long ReservedIn, long Version, bool IsClosed)
{
    /// <summary>What can be withdrawn: the balance above the minimum less what is reserved to leave.</summary>
    public long Available => Balance - ReservedOut - Bounds.Minimum;
}
