namespace Shop.Domain;

/// <summary>Charges a customer; the implementation talks to the payment provider.</summary>
public interface IPaymentGateway
{
    Task<PaymentResult> ChargeAsync(Guid orderId, long cents, CancellationToken cancellationToken = default);
}

public sealed record PaymentResult(bool Accepted, string Reference);
