using Shop.Domain;

namespace Shop.Service;

/// <summary>Sends receipts through the mail service and remembers what was delivered.</summary>
public sealed class ReceiptMailer(HttpClient http)
{
    public async Task SendReceiptAsync(Order order)
    {
        using var response = await http.PostAsJsonAsync("receipts", new { order.Id, order.Customer, order.TotalCents });
        response.EnsureSuccessStatusCode();
    }

    public bool WasDelivered(Guid orderId) => LookUpAsync(orderId).GetAwaiter().GetResult();

    private async Task<bool> LookUpAsync(Guid orderId)
    {
        using var response = await http.GetAsync($"receipts/{orderId}");
        return response.IsSuccessStatusCode;
    }
}
