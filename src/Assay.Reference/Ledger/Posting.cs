namespace Assay.Reference.Ledger;

/// <summary>
/// One leg of a request: an amount from one account to another. Balanced by itself, so that no request can create or destroy money.
/// </summary>
/// <param name="From">The account whose balance falls.</param>
/// <param name="To">The account whose balance rises; another one.</param>
/// <param name="Amount">How much; positive, in the currency of both accounts.</param>
public readonly record struct Posting(long From, long To, Money Amount)
{
    /// <summary>
    /// The account outside the ledger for a currency: deposits come from it and withdrawals go to it. It exists without being opened, and its
    /// balance is minus what the ledger holds for its customers.
    /// </summary>
    /// <param name="currency">The currency.</param>
    /// <returns>A negative account number; opened accounts have positive ones.</returns>
    public static long External(Currency currency) => -currency.Number;
}

/// <summary>
/// The balances an account may have. What is reserved to leave counts as gone for the minimum; what is reserved to come counts as there for
/// the maximum.
/// </summary>
/// <param name="Minimum">The lowest balance in minor units; zero or less, not below −<see cref="Money.Max"/>.</param>
/// <param name="Maximum">The highest balance in minor units; zero or more, at most <see cref="Money.Max"/>.</param>
public readonly record struct AccountBounds(long Minimum, long Maximum)
{
    /// <summary>No overdraft.</summary>
    public static AccountBounds NotNegative => new(0, Money.Max);

    /// <summary>No bound but that of the representation.</summary>
    public static AccountBounds Unbounded => new(-Money.Max, Money.Max);
}
