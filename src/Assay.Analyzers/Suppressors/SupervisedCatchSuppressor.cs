using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Catches;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Suppressors;

/// <summary>
/// Takes back what other analyzers say about a catch-all where one belongs: around one turn of a hosted service, and at the end of
/// the program, when every path through the handler leaves a trace of the failure.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SupervisedCatchSuppressor() : PeerSuppressor(
    Option,
    [
        new("ASSAYS301", "CA1031", Justification),
        new("ASSAYS302", "S2221", Justification),
    ])
{
    /// <summary>Switches the suppressor off.</summary>
    public static readonly RuleOption<bool> Option = new(
        "assay.suppress_supervised_catches",
        true,
        "Whether findings of CA1031 and S2221 are taken back at the boundaries where a catch-all belongs.");

    private const string Justification = "Here ends the work that may fail, and every path through the handler leaves a trace of the failure";

    private protected override bool IsWrong(Location place, SemanticModel model, KnownTypes types, CancellationToken cancellationToken) =>
        FactsAt(place, model, types, cancellationToken) is { } facts && IsBoundary(facts, types) && Swallowing.Of(facts, logIsTrace: true).Silence == Silence.None;

    private static CatchFacts? FactsAt(Location place, SemanticModel model, KnownTypes types, CancellationToken cancellationToken)
    {
        var node = model.SyntaxTree.GetRoot(cancellationToken).FindNode(place.SourceSpan, getInnermostNodeForTie: true);
        if (node.FirstAncestorOrSelf<CatchClauseSyntax>() is not { } clause || !clause.CatchKeyword.Span.IntersectsWith(place.SourceSpan) && clause.Declaration?.Span.IntersectsWith(place.SourceSpan) != true)
            return null;
        return model.GetOperation(clause, cancellationToken) is ICatchClauseOperation operation && model.GetEnclosingSymbol(clause.SpanStart, cancellationToken) is { } containing
            ? CatchFacts.OfBroadType(operation, containing, types)
            : null;
    }

    private static bool IsBoundary(CatchFacts facts, KnownTypes types)
    {
        if (facts.IsInEntryPoint)
            return true;
        // A turn that fails must not end the service.
        return facts.EnclosingLoop is IWhileLoopOperation or IForEachLoopOperation { IsAsynchronous: true } or IForLoopOperation
            && facts.Function?.ContainingType.IsOrInherits(types["Microsoft.Extensions.Hosting.IHostedService"]) == true;
    }
}
