namespace Assay.Reference.Ledger;

/// <summary>
/// The chain of a ledger's events, continued when somebody asks: events never change, so they need not be hashed while others wait to add
/// more.
/// </summary>
internal sealed class ChainCache
{
    private readonly Lock _gate = new();
    private readonly HashChain _chain = new();

    public ChainHead HeadAfter(Func<long, IEnumerable<LedgerEvent>> readAfter)
    {
        lock (_gate)
        {
            foreach (var recorded in readAfter(_chain.Sequence))
                _chain.Add(recorded);
            return _chain.Head;
        }
    }
}
