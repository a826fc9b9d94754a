namespace Shop.Domain;

/// <summary>What the shop owes one customer.</summary>
public sealed class StoreCredit
{
    public decimal Balance { get; private set; }

    public void Grant(decimal amount)
    {
        Balance += amount;
    }
}
