using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Shop;

public sealed record PlaceOrder(int CustomerId, IReadOnlyList<PlaceOrderLine> Lines, string? CouponCode, string IdempotencyKey);

public sealed record PlaceOrderLine(int ProductId, int Quantity);

public abstract record OrderResult
{
    public sealed record Placed(int OrderId) : OrderResult;

    public sealed record Refused(string Reason) : OrderResult;
}

/// <summary>Places, changes and cancels orders.</summary>
public sealed class OrderService(ShopContext db, TimeProvider clock, ILogger<OrderService> logger)
{
    private const int MaxLines = 100;
    private const int MaxQuantity = 1_000;

    /// <summary>The right way: the check stands in the statement that takes the stock.</summary>
    public async Task<OrderResult> PlaceAsync(PlaceOrder request, CancellationToken cancellationToken)
    {
        if (request.Lines.Count is 0 or > MaxLines)
            return new OrderResult.Refused("An order has 1 to 100 lines.");
        if (request.Lines.Any(l => l.Quantity is <= 0 or > MaxQuantity))
            return new OrderResult.Refused("A quantity is out of range.");

        var ids = request.Lines.Select(l => l.ProductId).Distinct().ToList();
        var products = await db.Products.Where(p => ids.Contains(p.Id) && p.IsListed).ToDictionaryAsync(p => p.Id, cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var order = new Order { CustomerId = request.CustomerId, PlacedAt = clock.GetUtcNow(), State = OrderState.Placed, IdempotencyKey = request.IdempotencyKey };
        foreach (var line in request.Lines)
        {
            if (!products.TryGetValue(line.ProductId, out var product))
                return new OrderResult.Refused($"Product {line.ProductId} is not sold.");
            order.Lines.Add(new OrderLine { ProductId = product.Id, Quantity = line.Quantity, UnitPrice = product.Price });
        }
        order.Total = order.Lines.Sum(l => l.UnitPrice * l.Quantity);
        db.Orders.Add(order);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException exception) when (exception.InnerException is System.Data.Common.DbException { SqlState: "23505" })
        {
            logger.LogInformation(exception, "Order with key {Key} was placed before", request.IdempotencyKey);
            return new OrderResult.Refused("The order was placed before.");
        }
        if (!await TakeStockAsync(order, cancellationToken))
            return new OrderResult.Refused("Out of stock.");
        await transaction.CommitAsync(cancellationToken);
        return new OrderResult.Placed(order.Id);
    }

    /// <summary>Cancels an order that has not left the house; the state is tested by the statement that changes it.</summary>
    public async Task<bool> CancelAsync(int orderId, CancellationToken cancellationToken)
    {
        var changed = await db.Orders
            .Where(o => o.Id == orderId && o.State == OrderState.Placed)
            .ExecuteUpdateAsync(o => o.SetProperty(x => x.State, OrderState.Cancelled), cancellationToken);
        return changed == 1;
    }

    /// <summary>Two customers who both see the last piece both get it.</summary>
    public async Task<bool> ReserveAsync(int productId, int wanted, CancellationToken cancellationToken)
    {
        var product = await db.Products.SingleAsync(p => p.Id == productId, cancellationToken);
        if (product.Stock < wanted)
            return false;
        product.Stock -= wanted; // finds ASSAY5001
        await db.SaveChangesAsync(cancellationToken);
        return true;
    }

    /// <summary>The last use of a coupon is given out twice.</summary>
    public async Task<decimal> RedeemCouponAsync(string code, decimal total, CancellationToken cancellationToken)
    {
        var coupon = await db.Coupons.FirstOrDefaultAsync(c => c.Code == code, cancellationToken);
        if (coupon is null || coupon.ExpiresAt < clock.GetUtcNow())
            return total;
        if (coupon.Remaining <= 0)
            return total;
        coupon.Remaining--; // finds ASSAY5001
        await db.SaveChangesAsync(cancellationToken);
        return total - decimal.Round(total * coupon.Percentage / 100m, 2);
    }

    /// <summary>The wallet has a row version: the second writer fails instead of winning.</summary>
    public async Task<bool> PayFromWalletAsync(int customerId, decimal amount, CancellationToken cancellationToken)
    {
        var wallet = await db.Wallets.SingleAsync(w => w.CustomerId == customerId, cancellationToken);
        if (wallet.Balance < amount)
            return false;
        wallet.Balance -= amount;
        await db.SaveChangesAsync(cancellationToken);
        return true;
    }

    /// <summary>The gift card's token is configured in another file.</summary>
    public async Task<bool> PayFromGiftCardAsync(string code, decimal amount, CancellationToken cancellationToken)
    {
        var card = await db.GiftCards.SingleOrDefaultAsync(c => c.Code == code, cancellationToken);
        if (card is null || card.Balance < amount)
            return false;
        card.Balance -= amount;
        await db.SaveChangesAsync(cancellationToken);
        return true;
    }

    /// <summary>A serializable transaction aborts the second of two that read the same stock.</summary>
    public async Task<bool> ReserveSerializableAsync(int productId, int wanted, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(System.Data.IsolationLevel.Serializable, cancellationToken);
        var product = await db.Products.SingleAsync(p => p.Id == productId, cancellationToken);
        if (product.Stock < wanted)
            return false;
        product.Stock -= wanted;
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>An editor overwrites what it was shown; nothing is computed from what was read.</summary>
    public async Task<bool> RenameAsync(int productId, string name, decimal price, CancellationToken cancellationToken)
    {
        var product = await db.Products.FindAsync([productId], cancellationToken);
        if (product is null)
            return false;
        product.Name = name;
        product.Price = price;
        await db.SaveChangesAsync(cancellationToken);
        return true;
    }

    /// <summary>Two clicks subscribe twice.</summary>
    public async Task SubscribeAsync(string email, CancellationToken cancellationToken)
    {
        if (await db.Subscriptions.AnyAsync(s => s.Email == email, cancellationToken))
            return;
        db.Subscriptions.Add(new Subscription { Email = email }); // finds ASSAY5003
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>The unique index decides, and its violation is handled.</summary>
    public async Task<bool> CreateProductAsync(string sku, string name, decimal price, CancellationToken cancellationToken)
    {
        if (await db.Products.AnyAsync(p => p.Sku == sku, cancellationToken))
            return false;
        db.Products.Add(new Product { Sku = sku, Name = name, Price = price });
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return true;
        }
        catch (DbUpdateException exception)
        {
            logger.LogWarning(exception, "Product {Sku} was created by somebody else", sku);
            return false;
        }
    }

    /// <summary>A query for every order, though one could fetch all the customers.</summary>
    public async Task<List<string>> AddressesAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        var orders = await db.Orders.Where(o => o.PlacedAt >= since).ToListAsync(cancellationToken);
        var addresses = new List<string>(orders.Count);
        foreach (var order in orders)
        {
            var customer = await db.Customers.FirstAsync(c => c.Id == order.CustomerId, cancellationToken); // finds ASSAY5005
            addresses.Add(customer.Email);
        }
        return addresses;
    }

    /// <summary>The batched form of the same question.</summary>
    public async Task<Dictionary<int, string>> AddressesInOneQueryAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        var customers = await db.Orders.Where(o => o.PlacedAt >= since).Select(o => o.CustomerId).Distinct().ToListAsync(cancellationToken);
        return await db.Customers.Where(c => customers.Contains(c.Id)).ToDictionaryAsync(c => c.Id, c => c.Email, cancellationToken);
    }

    /// <summary>Page by page until the last: each turn needs its own query.</summary>
    public async Task<int> CountListedAsync(CancellationToken cancellationToken)
    {
        var listed = 0;
        var last = 0;
        while (true)
        {
            var page = await db.Products.Where(p => p.Id > last).OrderBy(p => p.Id).Take(500).ToListAsync(cancellationToken);
            if (page.Count == 0)
                return listed;
            listed += page.Count(p => p.IsListed);
            last = page[^1].Id;
        }
    }

    /// <summary>A round trip and a transaction for every product.</summary>
    public async Task DiscountAsync(int categoryId, decimal factor, CancellationToken cancellationToken)
    {
        var products = await db.Products.Where(p => p.CategoryId == categoryId).ToListAsync(cancellationToken);
        foreach (var product in products)
        {
            product.IsListed = true;
            product.Name = product.Name.Trim();
            await db.SaveChangesAsync(cancellationToken); // finds ASSAY5006
        }
        logger.LogInformation("Discounted {Count} products by {Factor}", products.Count, factor);
    }

    /// <summary>The statement carries the check and the change.</summary>
    private async Task<bool> TakeStockAsync(Order order, CancellationToken cancellationToken)
    {
        foreach (var line in order.Lines)
        {
            var taken = await db.Products
                .Where(p => p.Id == line.ProductId && p.Stock >= line.Quantity)
                .ExecuteUpdateAsync(p => p.SetProperty(x => x.Stock, x => x.Stock - line.Quantity), cancellationToken);
            if (taken == 0)
                return false;
        }
        return true;
    }
}
