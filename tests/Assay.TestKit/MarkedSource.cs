using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Assay.TestKit;

/// <summary>The files of a test source with their marks, and the comparison with what was reported.</summary>
public sealed record MarkedSource(string DefaultId, ImmutableArray<(string Name, Markup Markup)> Files)
{
    public string Text => string.Concat(Files.Select((f, i) => (f.Name == "Test0.cs" ? "" : $"// ==== {f.Name}\n") + f.Markup.Text));

    public static MarkedSource Parse(string source, string defaultId) =>
        new(defaultId, [.. TestProject.Files(source).Select(f => (f.Name, Markup.Parse(f.Text, defaultId)))]);

    /// <summary>Marks the files again from what was reported and compares the two texts.</summary>
    /// <param name="findings">What was reported.</param>
    /// <param name="when">Names the comparison in the failure.</param>
    /// <param name="withAdditional">Whether additional locations count; when not given, they do if any is marked.</param>
    /// <param name="labelOf">The label that marks a finding; its ID when not given.</param>
    public void RequireSameAs(ImmutableArray<Diagnostic> findings, string when, bool? withAdditional = null, Func<Diagnostic, string>? labelOf = null)
    {
        withAdditional ??= Files.Any(f => f.Markup.Marks.Any(m => m.IsAdditional));
        var reported = Reported(findings, withAdditional.Value, labelOf ?? (f => f.Id)).ToLookup(m => m.File, m => m.Mark);
        var expectedText = string.Concat(Files.Select(f => f.Markup.Render(DefaultId)));
        var reportedText = string.Concat(Files.Select(f => new Markup(f.Markup.Text, [.. reported[f.Name]]).Render(DefaultId)));
        if (expectedText != reportedText)
            throw new TestFailure($"{when}: expected\n{expectedText}\nbut reported\n{reportedText}\n{string.Join('\n', findings)}");
    }

    private static IEnumerable<(string File, Mark Mark)> Reported(ImmutableArray<Diagnostic> findings, bool withAdditional, Func<Diagnostic, string> labelOf)
    {
        var number = 0;
        var seen = new HashSet<Location>();
        foreach (var finding in findings)
        {
            yield return (FileOf(finding.Location), new Mark(labelOf(finding), finding.Location.SourceSpan));
            if (!withAdditional)
                continue;
            // Two findings that point at the same other place share its mark.
            foreach (var other in finding.AdditionalLocations.Where(seen.Add))
                yield return (FileOf(other), new Mark($"#{number++}", other.SourceSpan));
        }
    }

    private static string FileOf(Location location) => Path.GetFileName(location.SourceTree?.FilePath ?? "");
}
