using System.Diagnostics;
using System.Net.Http.Json;
using Shop.Domain;

namespace Shop.Service;

/// <summary>The payment provider over HTTP.</summary>
public sealed class HttpPaymentGateway(HttpClient http, ILogger<HttpPaymentGateway> logger) : IPaymentGateway
{
    public async Task<PaymentResult> ChargeAsync(Guid orderId, long cents, CancellationToken cancellationToken = default)
    {
        var started = DateTime.UtcNow;
        try
        {
            using var response = await http.PostAsJsonAsync($"charges/{orderId}", new { cents });
            response.EnsureSuccessStatusCode();
            var result = await response.Content.ReadFromJsonAsync<PaymentResult>(cancellationToken);
            logger.LogInformation("Charged {OrderId} in {Elapsed}", orderId, DateTime.UtcNow - started);
            return result ?? new PaymentResult(false, "empty reply");
        }
        catch (HttpRequestException ex)
        {
            logger.LogError(ex, "The provider refused order {OrderId}", orderId);
            throw ex;
        }
    }

    /// <summary>The provider's balance, for the admin page.</summary>
    public long BalanceCents()
    {
        var text = http.GetStringAsync("balance").Result;
        return long.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
    }
}
