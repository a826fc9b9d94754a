namespace Assay.Reference.Ledger;

/// <summary>
/// A request of one posting without an object: the same request, under the same key, as <see cref="LedgerRequest.Transfer"/> makes.
/// </summary>
/// <param name="Key">The key.</param>
/// <param name="From">The account whose balance falls.</param>
/// <param name="To">The account whose balance rises.</param>
/// <param name="Amount">How much.</param>
public readonly record struct Transfer(RequestKey Key, long From, long To, Money Amount);
