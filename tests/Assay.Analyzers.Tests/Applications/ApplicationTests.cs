using System.Text.RegularExpressions;
using Assay.CodeFixes;
using Assay.TestKit;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Tests.Applications;

/// <summary>
/// Whole applications, most of whose code is right. A line that ends in <c>// finds ASSAYnnnn</c> holds a pitfall; all the
/// rules together report exactly those, so that each application measures at once what is missed and what is wrong.
/// </summary>
public sealed partial class ApplicationTests
{
    private static readonly string s_folder = Path.Combine(TestReferences.RepositoryRoot, "tests", "Assay.Analyzers.Tests", "Applications");

    public static TheoryData<string> Applications => [.. Directory.GetDirectories(s_folder).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Applications))]
    public async Task An_application_yields_its_pitfalls_and_nothing_else(string application)
    {
        var files = Directory.GetFiles(Path.Combine(s_folder, application), "*.cs").Order(StringComparer.Ordinal)
            .Select(path => (Name: Path.GetFileName(path), Text: File.ReadAllText(path)))
            .ToList();
        var findings = await TestProject.Create(files).AnalyzeAsync([.. RuleCatalogue.CreateAnalyzers()]);

        var expected = files.SelectMany(f => Expected(f.Name, f.Text)).ToHashSet(StringComparer.Ordinal);
        var reported = findings.ToLookup(Place, StringComparer.Ordinal);
        var missed = expected.Where(place => !reported.Contains(place)).Select(place => $"missed  {place}");
        var wrong = reported.Where(place => !expected.Contains(place.Key)).Select(place => $"wrong   {place.Key} {place.First().GetMessage()}");
        var difference = string.Join('\n', missed.Concat(wrong));
        Assert.True(difference.Length == 0, difference);
    }

    private static IEnumerable<string> Expected(string name, string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            foreach (Capture id in FindsComment().Match(lines[i]).Groups[1].Captures)
                yield return $"{name}:{i + 1} {id.Value}";
        }
    }

    private static string Place(Diagnostic finding) =>
        $"{Path.GetFileName(finding.Location.SourceTree!.FilePath)}:{finding.Location.GetLineSpan().StartLinePosition.Line + 1} {finding.Id}";

    [GeneratedRegex(@"// finds(?: (ASSAY\d{4}))+$")]
    private static partial Regex FindsComment();
}
