namespace Shop.Domain;

public sealed class OrderFeed
{
    private volatile TextWriter? _listener;

    public void Attach(TextWriter listener) => _listener = listener;

    public void Detach() => _listener = null;

    public void Publish(Guid order)
    {
        if (_listener != null)
        {
            _listener.WriteLine(order);
        }
    }
}
