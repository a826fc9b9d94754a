using Assay.TestKit;

namespace Assay.Dev.Tests;

/// <summary>The life of a rule begins with `dev new-rule`; these tests live its first day in a copy of the repository.</summary>
public sealed class NewRuleTests
{
    [Fact]
    public async Task A_new_rule_compiles_at_once_and_its_tests_and_page_fail_until_filled_in()
    {
        using var copy = new RepositoryCopy();
        var (made, output) = await copy.DevAsync("new-rule", "ScaffoldProbe", "Errors", "--id", "ASSAY3999");
        Assert.True(made == 0, output);
        foreach (var file in new[]
        {
            "src/Assay.Analyzers/Rules/Errors/ScaffoldProbe.cs", "src/Assay.CodeFixes/Rules/Errors/ScaffoldProbeFix.cs",
            "tests/Assay.Analyzers.Tests/Rules/Errors/ScaffoldProbeTests.cs", "docs/rules/ASSAY3999.md",
        })
            Assert.True(File.Exists(copy.PathOf(file)), file);

        await DotNet.SucceedAsync(copy.Root, "build", "tests/Assay.Analyzers.Tests", "--nologo");
        var (checkedDocs, stale) = await copy.DevAsync("docs", "--check");
        Assert.True(checkedDocs == 1, stale);
        Assert.Contains("docs/rules/README.md is stale", stale, StringComparison.Ordinal);

        var (tested, report) = await DotNet.RunAsync(
            copy.Root, "test", "tests/Assay.Analyzers.Tests", "--no-build", "--nologo", "--filter", "FullyQualifiedName~ScaffoldProbe|DisplayName~ASSAY3999");
        Assert.Equal(1, tested);
        Assert.Contains("ScaffoldProbeTests.The_bad_shape_is_flagged [FAIL]", report, StringComparison.Ordinal);
        Assert.Contains("The_flagged_example_has_findings_of_this_rule_alone(id: \"ASSAY3999\") [FAIL]", report, StringComparison.Ordinal);
        Assert.DoesNotContain("The_correct_shape_that_looks_alike_is_ignored [FAIL]", report, StringComparison.Ordinal);

        var (documented, written) = await copy.DevAsync("docs");
        Assert.True(documented == 0, written);
        Assert.Contains("ASSAY3999 ScaffoldProbe", File.ReadAllText(copy.PathOf("docs/rules/README.md")), StringComparison.Ordinal);
        Assert.Contains("\"ASSAY3999\"", File.ReadAllText(copy.PathOf("src/Assay.Cli/catalogue.json")), StringComparison.Ordinal);
        Assert.Contains("dotnet_diagnostic.ASSAY3999.severity = warning", File.ReadAllText(copy.PathOf("src/Assay.Package/config/assay.strict.globalconfig")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("new-rule avoidThings Errors", "'avoidThings' is no rule name")]
    [InlineData("new-rule Smell Mistakes", "There is no category 'Mistakes'")]
    [InlineData("new-rule Smell Errors --id ASSAY1999", "is not in the thousand of Errors")]
    [InlineData("new-rule StackTraceLost Errors", "ASSAY3003 StackTraceLost exists already")]
    public async Task A_wrong_request_is_refused_with_what_to_do(string arguments, string complaint)
    {
        var (exitCode, output) = await DotNet.RunAsync(
            TestReferences.RepositoryRoot, ["run", "--no-build", "--project", "build/dev", "--", .. arguments.Split(' ')]);
        Assert.Equal(2, exitCode);
        Assert.Contains(complaint, output, StringComparison.Ordinal);
    }
}
