namespace Assay.Analyzers.Semantics.Money;

/// <summary>How surely a name speaks of money.</summary>
internal enum MoneyLikeness
{
    None,

    /// <summary>A word with other meanings too, such as total or cost: the code around has to speak of money.</summary>
    Possible,

    Certain,
}

/// <summary>Tells by the words of a name whether its value is money.</summary>
internal sealed class MoneyNames(string[] more, string[] never)
{
    private static readonly HashSet<string> s_certain = NameWords.Set(
        """
        price prices salary salaries wage wages payment payments payout payouts refund refunds revenue turnover subtotal money cash usd eur gbp chf jpy dollar dollars euro euros
        fee fees tax taxes vat surcharge commission invoiced deposit withdrawal bonus
        """);

    private static readonly string[][] s_certainPairs =
    [
        ["sub", "total"], ["grand", "total"], ["amount", "due"], ["amount", "paid"], ["amount", "owed"], ["order", "total"], ["invoice", "total"], ["account", "balance"],
        ["unit", "cost"], ["shipping", "cost"], ["shipping", "costs"], ["invoice", "amount"], ["payment", "amount"], ["tax", "amount"], ["discount", "amount"], ["order", "amount"],
        ["credit", "limit"], ["net", "amount"], ["gross", "amount"], ["balance", "due"],
    ];

    private static readonly HashSet<string> s_possible = NameWords.Set(
        """
        amount amounts balance balances total totals cost costs charge charges discount budget profit income expense expenses debit credit rent tip tariff loan principal
        """);

    // What such a name measures is no sum of money: `taxRate`, `priceChangePercent`, `totalSeconds`, `blurAmount`, `edgeCost`.
    private static readonly HashSet<string> s_disarming = NameWords.Set(
        """
        rate rates ratio ratios percent percents percentage percentages pct perc factor factors multiplier coefficient coefficients weight weights index indices score scores average avg mean
        median std stdev deviation variance sigma delta probability likelihood confidence threshold tolerance epsilon time times second seconds secs minute minutes hour hours day days month
        months year years ms millis milliseconds nanos nanoseconds microseconds tick ticks duration elapsed latency distance length width height depth size sizes byte bytes kb mb gb bandwidth
        speed velocity angle angles rotation scale opacity alpha blur offset energy power voltage fuel memory cpu load heap count counts quantity qty number num units samples sample frames
        pixels pixel points lines edge node search heuristic function model estimate estimated predicted forecast expected relative normalized normalised log growth trend slope gradient loss
        error penalty temperature scroll zoom shift move step jitter noise mix fade gain level volatility momentum share sensitivity elasticity scaling exponent squared sqrt kg meters metres
        km miles liters litres grams calories progress iterations iteration ops operations requests
        """);

    /// <summary>How surely the name says so, read without the code around it.</summary>
    public MoneyLikeness Of(string name) => Of(NameWords.Of(name));

    private MoneyLikeness Of(List<string> words)
    {
        foreach (var word in words)
        {
            if (s_disarming.Contains(word) || Array.IndexOf(never, word) >= 0)
                return MoneyLikeness.None;
        }
        var found = MoneyLikeness.None;
        for (var i = 0; i < words.Count; i++)
        {
            if (s_certain.Contains(words[i]) || Array.IndexOf(more, words[i]) >= 0 || i > 0 && IsPair(words[i - 1], words[i]))
                return MoneyLikeness.Certain;
            if (s_possible.Contains(words[i]))
                found = MoneyLikeness.Possible;
        }
        return found;
    }

    private static bool IsPair(string first, string second)
    {
        foreach (var pair in s_certainPairs)
        {
            if (pair[0] == first && pair[1] == second)
                return true;
        }
        return false;
    }
}
