namespace Shop.Domain;

/// <summary>What was sold today, by currency, for the dashboard.</summary>
public sealed class DailyTotals
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _cents = new(StringComparer.Ordinal);

    public void Add(string currency, long cents)
    {
        lock (_gate)
        {
            _cents[currency] = _cents.GetValueOrDefault(currency) + cents;
        }
    }

    public void StartNewDay()
    {
        lock (_gate)
        {
            _cents.Clear();
        }
    }

    public string Report() => string.Join(", ", _cents.Select(total => $"{total.Value / 100m:N2} {total.Key}"));
}
