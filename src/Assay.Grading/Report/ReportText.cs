using System.Globalization;
using System.Net;
using System.Text;

namespace Assay.Grading.Report;

/// <summary>Text of a submission's on its way into a report: bounded, without control characters, escaped as the format needs.</summary>
internal static class ReportText
{
    private const int Most = 4000;

    /// <summary>Without the characters that terminals, XML and editors act on; line ends stay.</summary>
    public static string Plain(string text)
    {
        var kept = new StringBuilder(Math.Min(text.Length, Most));
        foreach (var rune in text.EnumerateRunes())
        {
            if (kept.Length >= Most)
                return kept.Append('…').ToString();
            // Besides controls: halves of pairs come as the replacement already, and XML knows no U+FFFE and U+FFFF.
            kept.Append(rune.Value is '\n' or '\t' || (!Rune.IsControl(rune) && (rune.Value & 0xFFFE) != 0xFFFE && !Reorders(rune.Value)) ? rune.ToString() : "\uFFFD");
        }

        return kept.ToString();
    }

    /// <summary>For HTML and XML, in text and in attributes.</summary>
    public static string Markup(string text) => WebUtility.HtmlEncode(Plain(text));

    /// <summary>A number for machines.</summary>
    public static string Number(decimal number) => number.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>As much of a hash as a person compares.</summary>
    public static string Short(string hash) => hash.Length > 12 ? hash[..12] : hash;

    /// <summary>What became of a submission, as people say it.</summary>
    public static string Word(GradeOutcome outcome) => outcome switch
    {
        GradeOutcome.NotCompiled => "not compiled",
        GradeOutcome.NotRun => "not graded",
        _ => outcome.ToString().ToLowerInvariant(),
    };

    /// <summary>One sentence on why a check did not pass; empty when it did.</summary>
    public static string Reason(CheckRecord check) => check.Cause switch
    {
        null => "",
        { Expected: { } expected, Actual: { } actual } cause => $"{cause.What}: expected {expected}, got {actual}",
        var cause => $"{cause.Verdict}: {cause.What}",
    };

    /// <summary>The points that each check is worth, and those it reached.</summary>
    public static (decimal Score, decimal Max) Points(GradeRecord grade, CheckRecord check)
    {
        var criterion = grade.Criteria.FirstOrDefault(one => one.Name == check.Criterion);
        var total = grade.Checks.Where(other => other.Criterion == check.Criterion).Sum(other => other.Points);
        if (criterion is null || total == 0)
            return (0, 0);
        var max = Math.Round(criterion.Max * check.Points / total, 2);
        var costs = check.Outcome != CheckOutcome.Passed && check.Cause?.CostsPoints != false;
        return (costs ? 0 : max, max);
    }

    private static bool Reorders(int character) => character is (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);
}
