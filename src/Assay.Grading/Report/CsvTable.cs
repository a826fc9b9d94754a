namespace Assay.Grading.Report;

/// <summary>Rows for spreadsheets: a cell that a spreadsheet would take for a formula is quoted as text.</summary>
internal static class CsvTable
{
    /// <summary>One row with its line end.</summary>
    public static string Row(IEnumerable<string> cells) => string.Join(',', cells.Select(Cell)) + "\n";

    private static string Cell(string raw)
    {
        var text = ReportText.Plain(raw).Replace('\n', ' ');
        if (text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' && !decimal.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out _))
            text = "'" + text;
        return text.AsSpan().ContainsAny(',', '"') ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }
}
