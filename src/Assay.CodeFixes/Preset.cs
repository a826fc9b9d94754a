using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Assay.CodeFixes;

/// <summary>A named set of severities that a team switches on as a whole: the package's <c>AssayMode</c>, the CLI's <c>--mode</c>.</summary>
public sealed record Preset(string Name, string Summary, bool AnalyzesGeneratedCode, Func<DiagnosticDescriptor, ReportDiagnostic> SeverityOf)
{
    public static ImmutableArray<Preset> All { get; } =
    [
        new("None", "Every rule is off; switch on single rules in .editorconfig.", false, _ => ReportDiagnostic.Suppress),
        // Saying the default severity aloud would flatten findings whose evidence raises or lowers it.
        new("Default", "Every rule at its own severity.", false, _ => ReportDiagnostic.Default),
        new("Strict", "Suggestions are warnings, and rules that are off are suggestions.", false,
            rule => rule.IsEnabledByDefault && rule.DefaultSeverity != DiagnosticSeverity.Hidden ? ReportDiagnostic.Warn : ReportDiagnostic.Info),
        new("Grading", "Every rule is a warning, in generated code too.", true, _ => ReportDiagnostic.Warn),
    ];

    public static Preset Default => All.Single(p => p.Name == "Default");
}
