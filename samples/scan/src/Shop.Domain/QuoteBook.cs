using System.Collections.Concurrent;

namespace Shop.Domain;

/// <summary>Prices quoted to customers, valid for a quarter of an hour.</summary>
public sealed class QuoteBook(TimeProvider clock)
{
    private static readonly TimeSpan s_validity = TimeSpan.FromMinutes(15);

    private readonly ConcurrentDictionary<string, Quote> _quotes = new();

    public TimeProvider Clock { get; } = clock;

    public Quote QuoteFor(string sku, Func<string, long> priceOf)
    {
        if (!_quotes.ContainsKey(sku))
        {
            _quotes[sku] = new Quote(sku, priceOf(sku), DateTimeOffset.UtcNow + s_validity);
        }

        return _quotes[sku];
    }

    public bool IsValid(Quote quote) => DateTimeOffset.UtcNow < quote.ValidUntil;
}

public sealed record Quote(string Sku, long Cents, DateTimeOffset ValidUntil);
