namespace Shop.Domain;

/// <summary>The money that a customer has with the shop.</summary>
public sealed class Wallet(string customer)
{
    private readonly Lock _gate = new();
    private decimal _balance;

    public string Customer { get; } = customer;

    public void Receive(decimal amount)
    {
        lock (_gate)
        {
            _balance += amount;
        }
    }

    public bool GiveTo(Wallet other, decimal amount)
    {
        lock (_gate)
        {
            if (_balance < amount)
                return false;
            _balance -= amount;
            other.Receive(amount);
            return true;
        }
    }
}
