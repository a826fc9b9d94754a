namespace Shop.Domain;

/// <summary>A gift card, which several people may buy together.</summary>
public sealed class GiftCard(string code)
{
    public string Code { get; } = code;

    public double Price { get; init; }

    public static long PartOf(long totalCents, int buyers) => totalCents / buyers;
}
