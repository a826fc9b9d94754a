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
    public void No_type_stands_in_the_table_twice() =>
        Assert.Equal(NamedCase.All.Count, NamedCase.All.Select(c => Markup.Parse(c.Case.Source, Category).Text).Distinct().Count());

    private static bool IsOfCategory(DiagnosticDescriptor rule) => rule.Id.StartsWith(Category, StringComparison.Ordinal);

    private static string LabelOf(Diagnostic finding) =>
        finding.Severity == DiagnosticSeverity.Warning ? finding.Id : $"{finding.Severity}{finding.Id["ASSAY".Length..]}";
}
