namespace Shop.Service;

/// <summary>Pays refunds back, and tells the log in ways that nobody can search.</summary>
public sealed class RefundDesk(ILogger<RefundDesk> logger, IConfiguration configuration)
{
    public bool Refund(int orderId, decimal amount)
    {
        logger.LogInformation($"Refunding order {orderId}");
        logger.LogDebug("Signing in at the bank with {Password}", configuration["Bank:Password"]);
        try
        {
            Pay(orderId, amount);
            logger.LogInformation("Refunded {Amount} for order {OrderId}", amount);
            return true;
        }
        catch (TimeoutException ex)
        {
            logger.LogWarning("Refund of order {OrderId} is late: {Error}", orderId, ex);
            return false;
        }
    }

    private static void Pay(int orderId, decimal amount)
    {
        if (amount <= 0 || orderId <= 0)
            throw new TimeoutException("The bank does not answer");
    }
}
