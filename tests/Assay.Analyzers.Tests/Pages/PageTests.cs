using System.Collections.Immutable;
using Assay.CodeFixes;
using Assay.TestKit;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Tests.Pages;

/// <summary>The examples on a rule's page do what the page says.</summary>
public sealed class PageTests
{
    public static TheoryData<string> Rules => [.. RuleCatalogue.All.Select(rule => rule.Id)];

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task The_flagged_example_has_findings_of_this_rule_alone(string id)
    {
        var findings = await FindingsAsync(PageOf(id).CodeOf("Flagged"));
        Assert.NotEmpty(findings);
        Assert.All(findings, finding => Assert.Equal(id, finding.Id));
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task The_fix_turns_the_flagged_example_into_the_fixed_one(string id)
    {
        var rule = RuleCatalogue.All.Single(r => r.Id == id);
        if (rule.CreateFix() is not { } fix)
        {
            Assert.Contains("no automatic fix", PageOf(id).Introduction + PageOf(id).TextOf("Fixed"), StringComparison.OrdinalIgnoreCase);
            return;
        }
        var project = ProjectOf(PageOf(id).CodeOf("Flagged"));
        var changed = await FixRunner.AllAsync(project, fix, await project.AnalyzeAsync(RuleCatalogue.CreateAnalyzers()));
        Assert.Equal(PageOf(id).CodeOf("Fixed"), (await changed.TextAsync()).TrimEnd('\n') + "\n");
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task The_fixed_example_is_clean(string id) =>
        Assert.Empty(await FindingsAsync(PageOf(id).CodeOf("Fixed")));

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task The_correct_example_is_clean(string id) =>
        Assert.Empty(await FindingsAsync(PageOf(id).CodeOf("Not flagged")));

    private static RulePage PageOf(string id) => RulePage.Read(RuleCatalogue.All.Single(rule => rule.Id == id));

    private static Project ProjectOf(string code) => TestProject.Create(TestProject.Files(code.TrimEnd('\n')));

    private static Task<ImmutableArray<Diagnostic>> FindingsAsync(string code) =>
        ProjectOf(code).AnalyzeAsync(RuleCatalogue.CreateAnalyzers());
}
