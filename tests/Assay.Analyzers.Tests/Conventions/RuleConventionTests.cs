using System.Text.RegularExpressions;
using Assay.CodeFixes;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Conventions;

/// <summary>What every rule has in common, held by tests instead of by reviewers.</summary>
public sealed partial class RuleConventionTests
{
    private static readonly string[] s_bannedNameParts = ["Helper", "Util", "Manager", "Common", "Impl", "Data", "Info"];

    public static TheoryData<string> Rules => [.. RuleCatalogue.All.Select(rule => rule.Id)];

    [Theory]
    [MemberData(nameof(Rules))]
    public void The_ID_lies_in_the_thousand_of_its_category(string id)
    {
        var rule = RuleOf(id);
        var category = Category.All.ToList().IndexOf(rule.Descriptor.Category) + 1;
        Assert.Matches($"^ASSAY{category}[0-9]{{3}}$", id);
        Assert.EndsWith($".Rules.{rule.Descriptor.Category}", rule.Type.Namespace, StringComparison.Ordinal);
    }

    [Fact]
    public void IDs_and_names_are_unique()
    {
        Assert.Distinct(RuleCatalogue.All.Select(r => r.Id));
        Assert.Distinct(RuleCatalogue.All.Select(r => r.Name));
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void The_name_is_a_noun_phrase(string id) =>
        Assert.DoesNotMatch("^(Use|Avoid|Prefer|Do|Dont|Should|Must|Never|Always)[A-Z]", RuleOf(id).Name);

    [Theory]
    [MemberData(nameof(Rules))]
    public void Title_and_message_end_without_a_dot_and_the_help_link_names_the_page(string id)
    {
        var descriptor = RuleOf(id).Descriptor;
        Assert.DoesNotMatch(@"[.!]\s*$", descriptor.Title.ToString());
        Assert.DoesNotMatch(@"[.!]\s*$", descriptor.MessageFormat.ToString());
        Assert.Equal(Rule.HelpRoot + id, descriptor.HelpLinkUri);
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void The_page_has_its_sections_and_says_whether_there_is_a_fix(string id)
    {
        var page = RulePage.Read(RuleOf(id));
        Assert.Superset(new HashSet<string>(["Flagged", "Fixed", "Not flagged", "When to suppress"]), page.Sections.ToHashSet());
        Assert.Contains(RuleOf(id).FixType is null ? "| no fix |" : "| yes, with Fix All |", page.Introduction, StringComparison.Ordinal);
        Assert.NotEmpty(page.TextOf("When to suppress").Trim());
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void The_tests_hold_a_flagged_case_a_near_miss_and_code_in_the_middle_of_typing(string id)
    {
        var rule = RuleOf(id);
        var tests = TestsOf(rule);
        Assert.Contains("Flags(", tests, StringComparison.Ordinal);
        Assert.Matches(IgnoresCall(), tests);
        Assert.Contains("allowErrors: true", tests, StringComparison.Ordinal);
        if (rule.FixType is not null)
            Assert.Contains("Fixes(", tests, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Rule_and_fix_stand_at_the_same_relative_path(string id)
    {
        var rule = RuleOf(id);
        Assert.NotEmpty(SourceOf("src", "Assay.Analyzers", rule, ".cs"));
        if (rule.FixType is { } fix)
        {
            Assert.Equal(rule.Name + "Fix", fix.Name);
            Assert.NotEmpty(SourceOf("src", "Assay.CodeFixes", rule, "Fix.cs"));
        }
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Options_are_keyed_by_their_rule(string id) =>
        Assert.All(RuleOf(id).Options, option => Assert.StartsWith(id + ".", option.Key, StringComparison.Ordinal));

    [Fact]
    public void Type_names_say_what_a_type_is()
    {
        var types = typeof(RuleAnalyzer).Assembly.GetTypes().Concat(typeof(RuleFix).Assembly.GetTypes())
            .Where(type => !type.Name.Contains('<', StringComparison.Ordinal) && type.Namespace?.StartsWith("Assay", StringComparison.Ordinal) == true);
        Assert.All(types, type => Assert.DoesNotContain(s_bannedNameParts, part => NameParts().Matches(type.Name).Any(m => m.Value == part)));
    }

    private static RuleEntry RuleOf(string id) => RuleCatalogue.All.Single(rule => rule.Id == id);

    // Many cases may be split over several files: XTests.cs, XProofTests.cs.
    private static string TestsOf(RuleEntry rule) =>
        string.Concat(Directory
            .EnumerateFiles(Path.Combine(TestReferences.RepositoryRoot, "tests", "Assay.Analyzers.Tests", "Rules", rule.Descriptor.Category), rule.Name + "*Tests.cs")
            .Select(File.ReadAllText));

    private static string SourceOf(string root, string project, RuleEntry rule, string ending) =>
        File.ReadAllText(Path.Combine(TestReferences.RepositoryRoot, root, project, "Rules", rule.Descriptor.Category, rule.Name + ending));

    [GeneratedRegex(@"Ignores\(\s")]
    private static partial Regex IgnoresCall();

    [GeneratedRegex("[A-Z][a-z0-9]*")]
    private static partial Regex NameParts();
}
