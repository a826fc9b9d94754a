using Microsoft.EntityFrameworkCore;
using Shop.Domain;

namespace Shop.Service;

/// <summary>Hands paid orders to the warehouse, every few seconds.</summary>
public sealed class ShippingWorker(IServiceScopeFactory scopes, TimeProvider clock, ILogger<ShippingWorker> logger) : BackgroundService
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(5);

    public event EventHandler<Order>? Shipped;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ShipPaidOrdersAsync(stoppingToken);
            }
            catch (Exception ex) when (ex is not OperationCanceledException)
            {
                logger.LogError(ex, "A round of shipping failed; the next one begins in {Pause}", s_pause);
            }

            await Task.Delay(s_pause, stoppingToken);
        }
    }

    private async Task ShipPaidOrdersAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<ShopContext>();
        var orders = await database.Orders.Where(o => o.Status == OrderStatus.Paid).ToListAsync(cancellationToken);
        logger.LogDebug("{Count} orders to ship at {Now}", orders.Count, clock.GetUtcNow());
        orders.ForEach(async order =>
        {
            await NotifyWarehouseAsync(order);
            order.Status = OrderStatus.Shipped;
        });
        await database.SaveChangesAsync(cancellationToken);
    }

    private async Task NotifyWarehouseAsync(Order order)
    {
        await Task.Yield();
        Shipped?.Invoke(this, order);
    }
}
