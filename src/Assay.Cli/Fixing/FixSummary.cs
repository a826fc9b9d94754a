using System.Collections.Immutable;
using Assay.Cli.Scanning;

namespace Assay.Cli.Fixing;

/// <summary>Says what fixing did, by rule and file.</summary>
internal static class FixSummary
{
    public static IEnumerable<string> Lines(ImmutableArray<Finding> before, ImmutableArray<Finding> after, ImmutableArray<string> changed)
    {
        var left = after.Where(f => f.Counts).CountBy(KeyOf).ToDictionary();
        var named = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, count) in before.Where(f => f.Counts).CountBy(KeyOf))
        {
            var gone = count - left.GetValueOrDefault(key);
            if (gone <= 0)
                continue;
            named.Add(key.Path);
            yield return $"fixed {gone} × {key.RuleId} {key.RuleName} in {key.Shown}";
        }
        // A fix may change callers elsewhere.
        foreach (var path in changed.Where(path => !named.Contains(path)))
            yield return $"changed {path} along with it";
        if (changed.IsEmpty)
            yield return "nothing to fix";
    }

    private static (string RuleId, string RuleName, string Path, string Shown) KeyOf(Finding finding) =>
        (finding.RuleId, finding.RuleName, finding.Place.Path, finding.Place.Shown);
}
