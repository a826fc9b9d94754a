using System.Collections.Immutable;
using Assay.Analyzers.Semantics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Assay.Analyzers.Suppressors;

/// <summary>The base of what takes back findings of other analyzers: for every finding it asks the option, then the proof.</summary>
public abstract class PeerSuppressor : DiagnosticSuppressor
{
    private readonly RuleOption<bool> _option;

    private protected PeerSuppressor(RuleOption<bool> option, ImmutableArray<SuppressionDescriptor> suppressions)
    {
        _option = option;
        SupportedSuppressions = suppressions;
    }

    public sealed override ImmutableArray<SuppressionDescriptor> SupportedSuppressions { get; }

    public sealed override void ReportSuppressions(SuppressionAnalysisContext context)
    {
        var types = KnownTypes.Of(context.Compilation);
        foreach (var finding in context.ReportedDiagnostics)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            if (finding.Location.SourceTree is not { } tree || !_option.Read(context.Options.AnalyzerConfigOptionsProvider, tree))
                continue;
            if (IsWrong(finding.Location, context.GetSemanticModel(tree), types, context.CancellationToken))
                context.ReportSuppression(Suppression.Create(SupportedSuppressions.First(s => s.SuppressedDiagnosticId == finding.Id), finding));
        }
    }

    /// <summary>Whether nothing is wrong at the place of the finding.</summary>
    private protected abstract bool IsWrong(Location place, SemanticModel model, KnownTypes types, CancellationToken cancellationToken);
}
