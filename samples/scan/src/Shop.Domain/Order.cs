namespace Shop.Domain;

public sealed class Order
{
    public Guid Id { get; init; } = Guid.NewGuid();

    public required string Customer { get; init; }

    public required string Sku { get; init; }

    public int Quantity { get; init; }

    public long TotalCents { get; init; }

    public OrderStatus Status { get; set; } = OrderStatus.Pending;

    public string? PaymentReference { get; set; }

    public DateTimeOffset CreatedAt { get; init; }
}

public enum OrderStatus
{
    Pending,
    Paid,
    Rejected,
    Shipped,
}
