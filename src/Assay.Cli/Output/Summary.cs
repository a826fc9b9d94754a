using System.Globalization;
using Assay.Cli.Rules;
using Assay.Cli.Scanning;
using Microsoft.CodeAnalysis;

namespace Assay.Cli.Output;

/// <summary>The last line: how many findings, in how much code, in which time.</summary>
internal static class Summary
{
    public static string Of(ScanReport report, TimeSpan time)
    {
        var parts = new List<string> { $"{Findings(report)} in {Counted.Of(report.Size.Files, "file")}", Counted.Of(report.Size.Lines, "line") };
        if (report.Size.Projects > 0)
            parts.Add(Counted.Of(report.Size.Projects, "project"));
        parts.Add(string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s"));
        return string.Join(", ", parts) + Rest(report);
    }

    private static string Findings(ScanReport report)
    {
        var counting = report.Findings.Where(f => f.Counts).ToList();
        var fresh = report.HasBaseline ? "new finding" : "finding";
        if (counting.Count == 0)
            return $"no {fresh}s";
        var severities = from severity in new[] { DiagnosticSeverity.Error, DiagnosticSeverity.Warning, DiagnosticSeverity.Info }
                         let number = counting.Count(f => f.Severity == severity)
                         where number > 0
                         select Counted.Of(number, SeverityName.Of(severity));
        return $"{Counted.Of(counting.Count, fresh)} ({string.Join(", ", severities)})";
    }

    private static string Rest(ScanReport report)
    {
        var known = report.Findings.Count(f => f is { Known: true, Suppressed: false });
        var suppressed = report.Findings.Count(f => f.Suppressed);
        var fixable = report.Findings.Count(f => f.Counts && f.FixTitle is not null);
        var parts = new[]
        {
            known > 0 ? $"{known} known from the baseline" : null,
            suppressed > 0 ? $"{suppressed} suppressed" : null,
            fixable > 0 ? $"{fixable} can be fixed with --fix" : null,
        }.OfType<string>().ToList();
        return parts.Count == 0 ? "" : $" ({string.Join("; ", parts)})";
    }
}
