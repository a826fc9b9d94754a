namespace Shop.Domain;

/// <summary>The prices on the screens of the shop; one screen is redrawn at a time.</summary>
public sealed class PriceBoard
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly ReaderWriterLockSlim _lock = new();
    private readonly Dictionary<string, decimal> _prices = new(StringComparer.Ordinal);

    public async Task DrawAsync(Stream screen, ReadOnlyMemory<byte> picture, CancellationToken stop)
    {
        await _turn.WaitAsync(stop);
        await screen.WriteAsync(picture, stop);
        _turn.Release();
    }

    public async Task ClearAsync(Stream screen, CancellationToken stop)
    {
        try
        {
            await _turn.WaitAsync(stop);
            await screen.FlushAsync(stop);
        }
        finally
        {
            _turn.Release();
        }
    }

    public async Task LoadAsync(Func<CancellationToken, Task<IReadOnlyDictionary<string, decimal>>> source, CancellationToken stop)
    {
        _lock.EnterWriteLock();
        try
        {
            foreach (var (sku, price) in await source(stop))
                _prices[sku] = price;
        }
        finally
        {
            _lock.ExitWriteLock();
        }
    }

    public decimal? Of(string sku)
    {
        _lock.EnterReadLock();
        try
        {
            return _prices.TryGetValue(sku, out var price) ? price : null;
        }
        finally
        {
            _lock.ExitReadLock();
        }
    }
}
