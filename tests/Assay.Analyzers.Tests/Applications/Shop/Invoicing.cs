using System.Globalization;

namespace Shop;

/// <summary>An invoice line as the old ERP sends it: money in binary fractions.</summary>
public sealed class ErpInvoiceLine
{
    public required string Article { get; init; }

    public int Quantity { get; init; }

    public double UnitPrice { get; init; } // finds ASSAY5008

    public double TaxRate { get; init; }

    public double Weight { get; init; }
}

/// <summary>An invoice as we keep it.</summary>
public sealed class Invoice
{
    private readonly List<InvoiceLine> _lines = [];

    public required string Number { get; init; }

    public IReadOnlyList<InvoiceLine> Lines => _lines;

    public decimal Net => _lines.Sum(l => l.Net);

    public decimal Tax => _lines.Sum(l => l.Tax);

    public decimal Total => Net + Tax;

    public void Add(InvoiceLine line) => _lines.Add(line);
}

public sealed record InvoiceLine(string Article, int Quantity, decimal UnitPrice, decimal TaxRate)
{
    public decimal Net => decimal.Round(Quantity * UnitPrice, 2, MidpointRounding.ToEven);

    public decimal Tax => decimal.Round(Net * TaxRate, 2, MidpointRounding.ToEven);
}

/// <summary>Reads invoices of suppliers, one line a record.</summary>
public static class InvoiceReader
{
    public static InvoiceLine Read(string record)
    {
        var fields = record.Split(';');
        if (fields.Length != 4)
            throw new FormatException($"An invoice line has 4 fields, this one {fields.Length}.");
        return new InvoiceLine(
            fields[0],
            int.Parse(fields[1], CultureInfo.InvariantCulture),
            decimal.Parse(fields[2], CultureInfo.InvariantCulture),
            decimal.Parse(fields[3], CultureInfo.InvariantCulture));
    }

    /// <summary>The amount goes through a binary fraction before it becomes a decimal.</summary>
    public static decimal ReadAmount(string field)
    {
        var amount = double.Parse(field, CultureInfo.InvariantCulture); // finds ASSAY5008
        return (decimal)amount;
    }

    /// <summary>Statistics are allowed to be inexact.</summary>
    public static double AverageWeight(IReadOnlyCollection<ErpInvoiceLine> lines) =>
        lines.Count == 0 ? 0 : lines.Average(l => l.Weight);

    public static double GrowthRate(int before, int after) =>
        before == 0 ? 0 : (after - before) / (double)before;
}

/// <summary>Fees of the payment provider.</summary>
public sealed class FeeTable
{
    private readonly SortedList<decimal, decimal> _steps = [];

    public void Add(decimal from, decimal percentage) => _steps[from] = percentage;

    public decimal FeeOf(decimal amount)
    {
        var percentage = 0m;
        foreach (var (from, value) in _steps)
        {
            if (amount < from)
                break;
            percentage = value;
        }
        return decimal.Round(amount * percentage / 100m, 2);
    }

    public static double EstimateFee(double amount, double percentage) => amount * percentage / 100; // finds ASSAY5008
}

/// <summary>Commission in cents.</summary>
public static class Commission
{
    /// <summary>Three per cent of 99 cents are two cents and a rest nobody books.</summary>
    public static long OfSale(long saleCents) => saleCents * 3 / 100; // finds ASSAY5010

    /// <summary>What the agent gets and what the house keeps add up.</summary>
    public static (long Agent, long House) Split(long saleCents)
    {
        var agent = saleCents * 3 / 100;
        return (agent, saleCents - agent);
    }
}
