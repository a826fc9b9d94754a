namespace Shop.Domain;

public sealed class TaxTable
{
    private readonly Lock _gate = new();
    private Dictionary<string, decimal>? _rates;

    public decimal RateOf(string country)
    {
        if (_rates is null)
        {
            lock (_gate)
            {
                _rates = ReadRates();
            }
        }
        return _rates[country];
    }

    private static Dictionary<string, decimal> ReadRates() => new()
    {
        ["DE"] = 0.19m,
        ["FR"] = 0.20m,
        ["LU"] = 0.17m,
    };
}
