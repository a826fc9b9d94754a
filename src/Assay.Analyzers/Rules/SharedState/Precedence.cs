using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Rules.SharedState;

/// <summary>
/// One race is reported once, by the rule that says most about it; this is the one place that says which. A suggestion never
/// takes the place of a warning.
/// </summary>
internal static class Precedence
{
    // The most specific first. Rules that are not named speak of other things than a race of a check and an act.
    private static readonly string[] s_order =
    [
        "ASSAY2017", // a double-checked lock
        "ASSAY2018", // a creation on first use
        "ASSAY2024", // a flag
        "ASSAY2006", // an await in between
        "ASSAY2023", // a second read
        "ASSAY2003", // any other check and act
        "ASSAY2005", // an update in one expression
        "ASSAY2002", // another lock
        "ASSAY2001", // no lock
        "ASSAY2007", // no lock at all
        "ASSAY2020", // no lock at all, in an object that all share
    ];

    /// <summary>Reports the findings of one type without those that another one already tells.</summary>
    public static void Report(List<Diagnostic> findings, Action<Diagnostic> report)
    {
        foreach (var finding in findings)
        {
            if (!findings.Exists(other => Replaces(other, finding)))
                report(finding);
        }
    }

    private static bool Replaces(Diagnostic other, Diagnostic finding)
    {
        var (rank, rankOfOther) = (Array.IndexOf(s_order, finding.Id), Array.IndexOf(s_order, other.Id));
        if (rank < 0 || rankOfOther < 0 || rank == rankOfOther)
            return false;
        var isSameRace = rankOfOther < rank ? Tells(other, finding.Location) : Tells(finding, other.Location);
        return isSameRace && (other.Severity > finding.Severity || other.Severity == finding.Severity && rankOfOther < rank);
    }

    private static bool Tells(Diagnostic specific, Location place)
    {
        if (Overlap(specific.Location, place))
            return true;
        foreach (var related in specific.AdditionalLocations)
        {
            if (Overlap(related, place))
                return true;
        }
        return false;
    }

    private static bool Overlap(Location one, Location other) =>
        one.SourceTree == other.SourceTree && one.SourceSpan.IntersectsWith(other.SourceSpan);
}
