using Microsoft.CodeAnalysis;

namespace Assay.Compiler;

/// <summary>No file is taken for one that a tool wrote, and no file sets a severity.</summary>
internal sealed class NothingIsGenerated : SyntaxTreeOptionsProvider
{
    public override GeneratedKind IsGenerated(SyntaxTree tree, CancellationToken cancellationToken) => GeneratedKind.NotGenerated;

    public override bool TryGetDiagnosticValue(SyntaxTree tree, string diagnosticId, CancellationToken cancellationToken, out ReportDiagnostic severity) =>
        TryGetGlobalDiagnosticValue(diagnosticId, cancellationToken, out severity);

    public override bool TryGetGlobalDiagnosticValue(string diagnosticId, CancellationToken cancellationToken, out ReportDiagnostic severity)
    {
        severity = ReportDiagnostic.Default;
        return false;
    }
}
