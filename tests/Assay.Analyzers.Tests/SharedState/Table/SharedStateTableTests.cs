using Assay.CodeFixes;
using Assay.TestKit;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Tests.SharedState.Table;

/// <summary>All rules of the category run at once over each type of the table, and report what is marked and nothing else.</summary>
public sealed class SharedStateTableTests
{
    private const string Category = "ASSAY2";

    public static TheoryData<string, string> Cases => [.. NamedCase.All.Select(c => (c.Shape, c.Name))];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task The_rules_report_what_is_marked(string shape, string name)
    {
        var source = MarkedSource.Parse(NamedCase.All.Single(c => c.Shape == shape && c.Name == name).Case.Source, Category);
        var project = TestProject.Create([.. source.Files.Select(f => (f.Name, f.Markup.Text))]);
        var findings = await project.AnalyzeAsync([.. RuleCatalogue.CreateAnalyzers().Where(a => a.SupportedDiagnostics.Any(IsOfCategory))]);
        source.RequireSameAs([.. findings.Where(f => IsOfCategory(f.Descriptor))], $"{shape}.{name}", withAdditional: true, LabelOf);
    }

    [Fact]
    public void The_table_is_large_and_half_of_it_is_traps()
    {
        var all = NamedCase.All;
        Assert.True(all.Count >= 150, $"{all.Count} types");
        Assert.True(all.Count(c => c.IsTrap) >= 60, $"{all.Count(c => c.IsTrap)} traps");
    }

    [Fact]
    public void Each_primitive_stands_in_several_shapes() => Assert.All(
        Enum.GetValues<Primitive>(),
        primitive => Assert.True(NamedCase.All.Where(c => c.Case.Primitive == primitive).Select(c => c.Shape).Distinct().Count() >= 3, primitive.ToString()));

    [Fact]
    public void No_type_stands_in_the_table_twice() =>
        Assert.Equal(NamedCase.All.Count, NamedCase.All.Select(c => Markup.Parse(c.Case.Source, Category).Text).Distinct().Count());

    [Fact]
    public void The_page_of_the_engine_counts_the_table_as_it_is()
    {
        var page = File.ReadAllText(Path.Combine(TestReferences.RepositoryRoot, "docs", "engine.md"));
        var matrix = Matrix.Render(NamedCase.All);
        Assert.True(page.Contains(matrix, StringComparison.Ordinal), $"docs/engine.md needs:\n{matrix}");
    }

    private static bool IsOfCategory(DiagnosticDescriptor rule) => rule.Id.StartsWith(Category, StringComparison.Ordinal);

    private static string LabelOf(Diagnostic finding) =>
        finding.Severity == DiagnosticSeverity.Warning ? finding.Id : $"{finding.Severity}{finding.Id["ASSAY".Length..]}";
}
