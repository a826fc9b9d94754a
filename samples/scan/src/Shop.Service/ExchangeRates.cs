namespace Shop.Service;

/// <summary>Asks a bank for exchange rates, and asks again in ways that hurt both.</summary>
public sealed class ExchangeRates(HttpClient client)
{
    public async Task<string?> DailyAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < 5; attempt++)
        {
            try
            {
                return await client.GetStringAsync("rates/daily", cancellationToken);
            }
            catch (HttpRequestException)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
            }
        }

        return null;
    }

    public async Task<string?> LatestAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < 5; attempt++)
        {
            try
            {
                return await client.GetStringAsync("rates/latest", cancellationToken);
            }
            catch (HttpRequestException ex)
            {
                Console.Error.WriteLine($"Attempt {attempt}: {ex.Message}");
            }
        }

        return null;
    }

    public Task<string> OrNoneAsync(CancellationToken cancellationToken)
    {
        try
        {
            return client.GetStringAsync("rates/latest", cancellationToken);
        }
        catch (HttpRequestException)
        {
            return Task.FromResult("{}");
        }
    }
}
