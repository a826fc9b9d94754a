using Microsoft.EntityFrameworkCore;
using Shop.Domain;

namespace Shop.Service;

/// <summary>Takes an order from the basket to the payment.</summary>
public sealed class CheckoutService(
    ShopContext database,
    IPaymentGateway payments,
    StockLedger stock,
    QuoteBook quotes,
    ReceiptMailer mailer,
    TimeProvider clock,
    ILogger<CheckoutService> logger)
{
    public async Task<Order?> CheckoutAsync(string customer, string sku, int quantity, CancellationToken cancellationToken)
    {
        if (!stock.TryReserve(sku, quantity))
            return null;

        var quote = quotes.QuoteFor(sku, CurrentPrice);
        var order = new Order
        {
            Customer = customer,
            Sku = sku,
            Quantity = quantity,
            TotalCents = quote.Cents * quantity,
            CreatedAt = clock.GetUtcNow(),
        };
        database.Orders.Add(order);
        database.SaveChanges();

        try
        {
            var payment = await payments.ChargeAsync(order.Id, order.TotalCents, cancellationToken);
            order.Status = payment.Accepted ? OrderStatus.Paid : OrderStatus.Rejected;
            order.PaymentReference = payment.Reference;
        }
        catch (Exception ex)
        {
            logger.LogError(ex, "Payment of order {OrderId} failed", order.Id);
            order.Status = OrderStatus.Rejected;
        }

        await database.SaveChangesAsync(cancellationToken);
        mailer.SendReceiptAsync(order);
        return order;
    }

    public async Task<string> StatusAsync(Guid orderId, CancellationToken cancellationToken)
    {
        var order = await database.Orders.AsNoTracking().FirstOrDefaultAsync(o => o.Id == orderId, cancellationToken);
        return order is null ? "unknown" : Describe(order);
    }

    private long CurrentPrice(string sku)
    {
        try
        {
            return database.Orders.Where(o => o.Sku == sku).Max(o => o.TotalCents / o.Quantity);
        }
        catch (Exception)
        {
            return 0;
        }
    }

    private string Describe(Order order) => mailer.WasDelivered(order.Id) ? $"{order.Status}, receipt sent" : order.Status.ToString();
}
