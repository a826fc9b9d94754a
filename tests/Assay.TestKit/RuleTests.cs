using System.Collections.Immutable;
using Assay.Analyzers;
using Assay.CodeFixes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Assay.TestKit;

/// <summary>The tests of a rule without a fix. Its verbs are <c>Flags</c> and <c>Ignores</c>.</summary>
public abstract class RuleTests<TRule>
{
    private protected static RuleEntry Entry { get; } = RuleCatalogue.All.Single(rule => rule.Type == typeof(TRule));

    /// <summary>
    /// The rule reports exactly the marked places. Additional locations are compared when the source marks any.
    /// </summary>
    /// <param name="source">The source with marks.</param>
    /// <param name="messages">When given, the messages of the findings in source order.</param>
    /// <param name="severity">The severity of every finding; the rule's default when not given.</param>
    /// <param name="editorConfig">Lines of an .editorconfig for the source.</param>
    /// <param name="allowErrors">True for code in the middle of being typed.</param>
    /// <param name="languageVersion">The C# version of the source.</param>
    protected static async Task Flags(
        string source,
        string[]? messages = null,
        DiagnosticSeverity? severity = null,
        string? editorConfig = null,
        bool allowErrors = false,
        LanguageVersion languageVersion = LanguageVersion.Preview)
    {
        var expected = MarkedSource.Parse(source, Entry.Id);
        if (expected.Files.All(f => f.Markup.Marks.Count == 0))
            throw new TestFailure("Flags needs at least one mark; correct code goes to Ignores.");
        var findings = await RunAsync(expected, editorConfig, allowErrors, languageVersion);
        if (messages is not null && !findings.Select(d => d.GetMessage()).SequenceEqual(messages))
            throw new TestFailure($"Expected messages:\n{string.Join('\n', messages)}\n\nReported messages:\n{string.Join('\n', findings.Select(d => d.GetMessage()))}");
        var wanted = severity ?? Entry.Descriptor.DefaultSeverity;
        if (findings.FirstOrDefault(d => d.Severity != wanted) is { } odd)
            throw new TestFailure($"Expected severity {wanted}, reported {odd.Severity}: {odd}");
    }

    /// <summary>The rule reports nothing in correct code that looks alike.</summary>
    protected static async Task Ignores(
        string source,
        string? editorConfig = null,
        bool allowErrors = false,
        LanguageVersion languageVersion = LanguageVersion.Preview)
    {
        var expected = MarkedSource.Parse(source, Entry.Id);
        if (expected.Files.Any(f => f.Markup.Marks.Count > 0))
            throw new TestFailure("Ignores takes a source without marks.");
        await RunAsync(expected, editorConfig, allowErrors, languageVersion);
    }

    private protected static ImmutableArray<DiagnosticAnalyzer> Analyzers() =>
        [.. RuleCatalogue.CreateAnalyzers().Where(a => a.SupportedDiagnostics.Any(d => d.Id == Entry.Id))];

    private protected static async Task<ImmutableArray<Diagnostic>> FindingsAsync(Project project, bool allowErrors = false) =>
        [.. (await project.AnalyzeAsync(Analyzers(), allowErrors)).Where(d => d.Id == Entry.Id)];

    private static async Task<ImmutableArray<Diagnostic>> RunAsync(MarkedSource expected, string? editorConfig, bool allowErrors, LanguageVersion languageVersion)
    {
        var project = TestProject.Create([.. expected.Files.Select(f => (f.Name, f.Markup.Text))], editorConfig, languageVersion);
        var findings = await FindingsAsync(project, allowErrors);
        expected.RequireSameAs(findings, project.Name);
        return findings;
    }
}

/// <summary>The tests of a rule with a fix: <c>Flags</c>, <c>Ignores</c> and <c>Fixes</c>.</summary>
public abstract class RuleTests<TRule, TFix> : RuleTests<TRule>
    where TFix : CodeFixProvider, new()
{
    /// <summary>
    /// Fixing the findings one by one and by Fix All gives <paramref name="after"/> both times; it compiles, and the rule
    /// reports only what <paramref name="after"/> still marks. The same text twice says that no fix is offered.
    /// </summary>
    protected static async Task Fixes(string before, string after, string? title = null, string? editorConfig = null, LanguageVersion languageVersion = LanguageVersion.Preview)
    {
        var source = MarkedSource.Parse(before, Entry.Id);
        var wanted = MarkedSource.Parse(after, Entry.Id);
        var project = TestProject.Create([.. source.Files.Select(f => (f.Name, f.Markup.Text))], editorConfig, languageVersion);
        var findings = await FindingsAsync(project);
        source.RequireSameAs(findings, "before the fix");
        if (findings.IsEmpty)
            throw new TestFailure("Fixes needs a finding to fix.");

        await RequireAsync(await FixRunner.OneByOneAsync(project, new TFix(), p => FindingsAsync(p), title), "one by one");
        await RequireAsync(await FixRunner.AllAsync(project, new TFix(), findings), "by Fix All");

        async Task RequireAsync(Project result, string how)
        {
            var text = await result.TextAsync();
            if (text != wanted.Text)
                throw new TestFailure($"Fixed {how}, expected:\n{wanted.Text}\nbut got:\n{text}");
            wanted.RequireSameAs(await FindingsAsync(result), $"after fixing {how}");
        }
    }
}
