using System.Globalization;
using Assay.Cli.Scanning;
using Microsoft.CodeAnalysis;

namespace Assay.Cli.Output;

/// <summary>The workflow commands that GitHub turns into annotations of a change.</summary>
internal static class GitHubReport
{
    public static void Write(ScanReport report, TextWriter writer)
    {
        foreach (var finding in report.Findings.Where(f => f.Counts))
            writer.Write($"{Line(finding)}\n");
        foreach (var notice in report.Notices.Where(n => n.Level != NoticeLevel.Note))
            writer.Write($"::{(notice.Level == NoticeLevel.Failed ? "error" : "warning")} title=assay::{Message(notice.Line)}\n");
    }

    private static string Line(Finding finding)
    {
        var command = finding.Severity switch
        {
            DiagnosticSeverity.Error => "error",
            DiagnosticSeverity.Warning => "warning",
            _ => "notice",
        };
        var place = finding.Place;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"::{command} file={Property(place.Shown)},line={place.Line},col={place.Column},endLine={place.EndLine},endColumn={place.EndColumn},title={Property($"{finding.RuleId} {finding.RuleName}")}::{Message(finding.Message)}");
    }

    private static string Message(string text) =>
        text.Replace("%", "%25", StringComparison.Ordinal).Replace("\r", "%0D", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal);

    private static string Property(string text) =>
        Message(text).Replace(":", "%3A", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal);
}
