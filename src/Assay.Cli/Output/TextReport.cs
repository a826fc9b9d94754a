using Assay.Cli.Rules;
using Assay.Cli.Scanning;

namespace Assay.Cli.Output;

/// <summary>The report for people: each finding with its code, the places that belong to it, its fix and where to read on.</summary>
internal sealed class TextReport(Paint paint, int width, Func<string, string> shown, bool showSuppressed)
{
    private const int Margin = 12;
    private const int LeastWidth = 40;

    private readonly int _codeWidth = Math.Max(LeastWidth, width - Margin);

    public void Write(ScanReport report, TextWriter writer)
    {
        foreach (var finding in report.Findings.Where(f => f.Counts || (showSuppressed && f.Suppressed)))
            Write(finding, writer);
    }

    private void Write(Finding finding, TextWriter writer)
    {
        var severity = paint.By(finding.Severity, SeverityName.Of(finding.Severity));
        var mark = finding.Suppressed ? paint.Dim(" (suppressed)") : "";
        writer.WriteLine($"{Position(finding.Place)}: {severity} {paint.Bold($"{finding.RuleId} {finding.RuleName}")}{mark}: {finding.Message}");
        foreach (var line in Excerpt.Of(finding.Place, _codeWidth, paint))
            writer.WriteLine(line);
        foreach (var place in finding.Related)
        {
            writer.WriteLine($"  see also {Position(place)}{(place.Member.Length > 0 ? $", in {place.Member}" : "")}");
            foreach (var line in Excerpt.Of(place, _codeWidth, paint))
                writer.WriteLine(line);
        }
        if (finding.FixTitle is not null)
            writer.WriteLine($"  fix: {finding.FixTitle} (--fix)");
        writer.WriteLine($"  help: {finding.Help}");
        writer.WriteLine();
    }

    private string Position(Place place) => $"{shown(place.Path)}:{place.Line}:{place.Column}";
}
