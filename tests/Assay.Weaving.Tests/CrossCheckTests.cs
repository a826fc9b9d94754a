using Assay.TestKit;
using Assay.Weaving.Programs;

namespace Assay.Weaving.Tests;

/// <summary>What the rules on shared state report, exploration reproduces; what they are silent about, it does not accuse. What differs is listed with its reason.</summary>
public sealed class CrossCheckTests
{
    private static readonly Dictionary<string, CrossCheckCase> s_cases =
        CrossCheckCase.In(Path.Combine(TestReferences.RepositoryRoot, "tests", "Assay.Analyzers.Tests", "SharedState", "Table")).ToDictionary(one => one.Name, StringComparer.Ordinal);

    public static TheoryData<string> Cases => [.. s_cases.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Rules_and_exploration_agree_unless_listed(string name)
    {
        var one = s_cases[name];
        var (image, symbols) = Compiled.Compile(TestReferences.All, [.. TestProject.Files(one.Source)]);
        var verdict = await CrossCheckCase.ExploreAsync(WovenCode.Load(image, symbols), TestContext.Current.CancellationToken);
        var isListed = (one.IsTrap ? CrossCheckList.Accused : CrossCheckList.NotExecutable).Values.Any(names => names.Contains(name));
        var isAccused = verdict.Kind is RaceVerdictKind.Violation or RaceVerdictKind.Deadlock;
        Assert.True(isAccused == (one.IsTrap == isListed), $"{(isListed ? "listed" : "not listed")}, {(one.IsTrap ? "a trap" : one.Rules)}: {verdict}");
    }

    [Fact]
    public void The_list_names_each_case_once_and_nothing_else()
    {
        var names = CrossCheckList.NotExecutable.Values.Concat(CrossCheckList.Accused.Values).SelectMany(listed => listed).ToList();
        Assert.Equal(names.Count, names.Distinct(StringComparer.Ordinal).Count());
        Assert.All(names, name => Assert.True(s_cases.ContainsKey(name), name));
    }

    [Fact]
    public void The_page_shows_the_list()
    {
        var page = File.ReadAllText(Path.Combine(TestReferences.RepositoryRoot, "docs", "crosscheck.md"));
        var section = CrossCheckList.Page(s_cases.Values);
        Assert.True(page.Contains(section, StringComparison.Ordinal), $"docs/crosscheck.md needs:\n{section}");
    }
}
