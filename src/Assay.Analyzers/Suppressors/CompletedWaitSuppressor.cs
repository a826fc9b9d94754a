using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Assay.Analyzers.Suppressors;

/// <summary>
/// Takes back what other analyzers say about reading the result of a task that is proven complete there: nothing is waited for.
/// The proof is that of BlockingWait.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class CompletedWaitSuppressor() : PeerSuppressor(
    Option,
    [
        new("ASSAYS101", "CA1849", Justification),
        new("ASSAYS102", "MA0042", Justification),
        new("ASSAYS103", "VSTHRD103", Justification),
    ])
{
    /// <summary>Switches the suppressor off.</summary>
    public static readonly RuleOption<bool> Option = new(
        "assay.suppress_completed_waits",
        true,
        "Whether findings of CA1849, MA0042 and VSTHRD103 are taken back where the task is proven complete.");

    private const string Justification = "The task is complete on every path to this place, so that nothing waits";

    private protected override bool IsWrong(Location place, SemanticModel model, KnownTypes types, CancellationToken cancellationToken)
    {
        if (types.Task is null)
            return false;
        var waits = new TaskWaits(types);
        var node = model.SyntaxTree.GetRoot(cancellationToken).FindNode(place.SourceSpan, getInnermostNodeForTie: true);
        for (var current = node; current is not null; current = Around(current))
        {
            if (model.GetOperation(current, cancellationToken) is { } operation && waits.Recognise(operation) is { } wait)
                return TaskCompletion.Of(types).IsProven(wait, () => wait.Operation.GraphAround(cancellationToken), cancellationToken);
        }
        return false;
    }

    // From the name of the member or the call to the whole of it, and no further: the argument of a wait is another call.
    private static SyntaxNode? Around(SyntaxNode node) => node.Parent switch
    {
        MemberAccessExpressionSyntax access when access.Name == node => access,
        MemberBindingExpressionSyntax binding when binding.Name == node => binding,
        InvocationExpressionSyntax call when call.Expression == node => call,
        _ => null,
    };
}
