using System.Threading.Channels;

namespace Shop.Service;

/// <summary>Talks to the warehouse over timers, connections and queues that nobody looks after.</summary>
public sealed class WarehouseLink(HttpClient client, ILogger<WarehouseLink> logger)
{
    private readonly Channel<Guid> _parcels = Channel.CreateUnbounded<Guid>();

    public void StartHeartbeat()
    {
        var heartbeat = new Timer(_ => logger.LogDebug("The link is up"), null, TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }

    public async Task<string> CountAsync(string sku, CancellationToken cancellationToken)
    {
        var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(5));
        return await client.GetStringAsync($"stock/{sku}", deadline.Token);
    }

    public async Task<string> ManualAsync(string sku, CancellationToken cancellationToken)
    {
        using var manuals = new HttpClient();
        return await manuals.GetStringAsync($"https://manuals.example/{sku}", cancellationToken);
    }

    public async Task AnnounceAsync(IEnumerable<Guid> orders, CancellationToken cancellationToken)
    {
        await Task.WhenAll(orders.Select(async order =>
        {
            using var response = await client.GetAsync($"announce/{order}", cancellationToken);
            response.EnsureSuccessStatusCode();
        }));
    }

    public async Task<bool> BookAsync(Guid parcel, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < 3; attempt++)
        {
            try
            {
                using var response = await client.PostAsJsonAsync("parcels", new { parcel }, cancellationToken);
                return response.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(Random.Shared.Next(200 << attempt), cancellationToken);
            }
        }

        return false;
    }

    public ValueTask SendAsync(Guid parcel, CancellationToken cancellationToken) => _parcels.Writer.WriteAsync(parcel, cancellationToken);

    public IAsyncEnumerable<Guid> SentAsync(CancellationToken cancellationToken) => _parcels.Reader.ReadAllAsync(cancellationToken);

    public static string Manifest(IEnumerable<string> skus)
    {
        var manifest = "";
        foreach (var sku in skus)
            manifest += $"{sku};";

        return manifest;
    }
}
