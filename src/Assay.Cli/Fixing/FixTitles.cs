using System.Collections.Immutable;
using Assay.Cli.Loading;
using Assay.Cli.Scanning;
using Assay.CodeFixes;

namespace Assay.Cli.Fixing;

/// <summary>Asks, for the findings of a report, which fix is offered at each.</summary>
internal static class FixTitles
{
    public static async Task<ImmutableArray<Finding>> AddAsync(ScanResult result, LoadedTargets targets, CancellationToken cancellationToken)
    {
        var wanted = result.Findings.Where(f => f.Counts).Select(KeyOf).ToHashSet();
        var fixes = Fixes();
        var sites = result.Reported.Where(site => fixes.ContainsKey(site.Diagnostic.Id) && wanted.Contains(KeyOf(site))).ToList();
        if (sites.Count == 0)
            return result.Findings;
        using var workspace = new FixWorkspace(targets);
        var solution = workspace.Original;
        var titles = new Dictionary<(string, string, int, int), string>();
        foreach (var site in sites.DistinctBy(KeyOf))
        {
            var id = workspace.IdOf(site.Project);
            var document = solution.GetDocumentIdsWithFilePath(site.Diagnostic.Location.SourceTree!.FilePath).Where(d => d.ProjectId == id).Select(solution.GetDocument).FirstOrDefault();
            if (document is not null && await fixes[site.Diagnostic.Id].TitleAsync(document, site.Diagnostic, cancellationToken) is { } title)
                titles[KeyOf(site)] = title;
        }
        return [.. result.Findings.Select(f => f with { FixTitle = f.Counts ? titles.GetValueOrDefault(KeyOf(f)) : null })];
    }

    private static Dictionary<string, RuleFix> Fixes() =>
        RuleCatalogue.All
            .Select(rule => (rule.Id, Fix: rule.CreateFix() as RuleFix))
            .Where(pair => pair.Fix is not null)
            .ToDictionary(pair => pair.Id, pair => pair.Fix!);

    private static (string, string, int, int) KeyOf(Finding finding) =>
        (finding.RuleId, finding.Place.Path, finding.Place.Span.Start, finding.Place.Span.Length);

    private static (string, string, int, int) KeyOf(Reported site) =>
        (site.Diagnostic.Id, site.Diagnostic.Location.SourceTree?.FilePath ?? "", site.Diagnostic.Location.SourceSpan.Start, site.Diagnostic.Location.SourceSpan.Length);
}
