namespace Shop.Domain;

/// <summary>What is on the shelves, in memory; the warehouse sends corrections through <see cref="Correct"/>.</summary>
public sealed class StockLedger
{
    private readonly Dictionary<string, int> _onHand = new(StringComparer.Ordinal);

    public bool TryReserve(string sku, int quantity)
    {
        lock (this)
        {
            if (!_onHand.TryGetValue(sku, out var available) || available < quantity)
                return false;
            _onHand[sku] = available - quantity;
            return true;
        }
    }

    public void Correct(string sku, int counted)
    {
        lock (this)
        {
            _onHand[sku] = counted;
        }
    }
}
