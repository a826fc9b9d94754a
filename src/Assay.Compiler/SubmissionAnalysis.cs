using System.Collections.Immutable;
using Assay.Analyzers;
using Assay.Compiler.Protocol;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace Assay.Compiler;

/// <summary>Runs the analyzers so that nothing in a submission can switch them off: pragmas, attributes, generated-code marks and configuration do not count.</summary>
internal static class SubmissionAnalysis
{
    private static readonly ImmutableArray<DiagnosticAnalyzer> Analyzers =
    [
        .. typeof(RuleAnalyzer).Assembly.GetTypes()
            .Where(type => !type.IsAbstract && type.IsSubclassOf(typeof(DiagnosticAnalyzer)))
            .OrderBy(type => type.FullName, StringComparer.Ordinal)
            .Select(type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!),
    ];

    private static readonly CompilationWithAnalyzersOptions Running = new(
        new AnalyzerOptions([], new OneConfiguration()),
        onAnalyzerException: null,
        concurrentAnalysis: false,
        logAnalyzerExecutionTime: false,
        reportSuppressedDiagnostics: true);

    /// <summary>The findings in order of path and place.</summary>
    public static IReadOnlyList<CompileFinding> Findings(CSharpCompilation compilation)
    {
        var read = WithoutGeneratedMarks(compilation).WithOptions(compilation.Options.WithSyntaxTreeOptionsProvider(new NothingIsGenerated()));
        // A process of its own with nothing else to do: it may wait.
#pragma warning disable ASSAY1001
        var diagnostics = new CompilationWithAnalyzers(read, Analyzers, Running).GetAnalyzerDiagnosticsAsync().GetAwaiter().GetResult();
#pragma warning restore ASSAY1001
        return
        [
            .. diagnostics.Where(diagnostic => diagnostic.Id.StartsWith("ASSAY", StringComparison.Ordinal) && diagnostic.Location.IsInSource)
                .Select(Finding)
                .OrderBy(finding => finding.At.Path, StringComparer.Ordinal).ThenBy(finding => finding.At.Line).ThenBy(finding => finding.At.Column)
                .ThenBy(finding => finding.Rule, StringComparer.Ordinal).ThenBy(finding => finding.Message, StringComparer.Ordinal),
        ];
    }

    private static CompileFinding Finding(Diagnostic diagnostic) => new(
        diagnostic.Id,
        diagnostic.Descriptor.Title.ToString(null),
        diagnostic.Descriptor.Category,
        diagnostic.Severity == DiagnosticSeverity.Warning || diagnostic.Severity == DiagnosticSeverity.Error ? "warning" : "suggestion",
        diagnostic.GetMessage(null),
        Places.Of(diagnostic.Location),
        [.. diagnostic.AdditionalLocations.Select(Places.Of)],
        diagnostic.IsSuppressed,
        diagnostic.Descriptor.HelpLinkUri);

    /// <summary>Blanks every use of the attribute that exempts a symbol from analysis, whatever alias it goes by. Places stay as they are.</summary>
    private static CSharpCompilation WithoutGeneratedMarks(CSharpCompilation compilation)
    {
        foreach (var tree in compilation.SyntaxTrees)
        {
            var model = compilation.GetSemanticModel(tree);
            var marks = tree.GetRoot().DescendantNodes().OfType<AttributeSyntax>()
                .Where(attribute => model.GetTypeInfo(attribute).Type?.Name == "GeneratedCodeAttribute")
                .Select(attribute => Blank(attribute, tree))
                .ToArray();
            if (marks.Length == 0)
                continue;
            var text = tree.GetText().WithChanges(marks.DistinctBy(mark => mark.Span).OrderBy(mark => mark.Span.Start));
            compilation = compilation.ReplaceSyntaxTree(tree, tree.WithChangedText(text));
        }

        return compilation;
    }

    private static TextChange Blank(AttributeSyntax attribute, SyntaxTree tree)
    {
        // An attribute that is alone in its brackets takes them with it; among others it becomes one that means nothing.
        var whole = ((AttributeListSyntax)attribute.Parent!).Attributes.Count == 1 ? attribute.Parent!.Span : attribute.Span;
        var blank = string.Concat(tree.GetText().ToString(whole).Select(character => character is '\r' or '\n' ? character : ' '));
        return new TextChange(whole, whole == attribute.Span ? "Obsolete".PadRight(blank.Length)[..Math.Max(blank.Length, "Obsolete".Length)] : blank);
    }
}
