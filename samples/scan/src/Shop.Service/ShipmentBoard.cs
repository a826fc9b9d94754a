using Shop.Domain;

namespace Shop.Service;

/// <summary>Shows the latest shipment while somebody looks, and hears of all others after that.</summary>
public sealed class ShipmentBoard : IDisposable
{
    private readonly ShippingWorker _worker;
    private readonly TextWriter _screen;

    public ShipmentBoard(ShippingWorker worker, TextWriter screen)
    {
        _worker = worker;
        _screen = screen;
        _worker.Shipped += OnShipped;
    }

    public void Dispose() => _screen.Dispose();

    private void OnShipped(object? sender, Order order) => _screen.WriteLine(order.Id);
}
