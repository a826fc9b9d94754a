using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Assay.Analyzers.Semantics.Bodies;

/// <summary>
/// Operation actions for the few bodies that matter to a rule. An operation action of the compiler makes it build the
/// operations of all code; these build them only for bodies that mention the rule's words and pass its gate, once for all rules.
/// </summary>
internal static class BodyActions
{
    /// <summary>Runs the check on the operations of the kinds in every body that mentions one of the words.</summary>
    public static void RegisterBodyAction(this CompilationStartAnalysisContext context, Words words, Action<OperationAnalysisContext> check, params OperationKind[] kinds) =>
        context.RegisterBodyAction(words, gate: null, check, kinds);

    /// <summary>Runs the check on the operations of the kinds in every body that mentions one of the words and passes the gate.</summary>
    /// <param name="context">The start of the compilation.</param>
    /// <param name="words">The words; null when a body needs none.</param>
    /// <param name="gate">A cheap question about a body; null when the words are enough. It must let everything through that the check may report.</param>
    /// <param name="check">The check, as for an operation action of the compiler.</param>
    /// <param name="kinds">The kinds of operations.</param>
    public static void RegisterBodyAction(
        this CompilationStartAnalysisContext context, Words? words, Func<MemberBody, CancellationToken, bool>? gate, Action<OperationAnalysisContext> check, params OperationKind[] kinds)
    {
        context.RegisterSemanticModelAction(document =>
        {
            var index = words is null ? null : WordIndex.Of(document.SemanticModel.SyntaxTree, document.CancellationToken);
            if (index is not null && !index.Has(words!))
                return;
            foreach (var body in DocumentBodies.Of(document.SemanticModel, document.CancellationToken).Members)
            {
                document.CancellationToken.ThrowIfCancellationRequested();
                if (index is not null && !index.Has(words!, body.Span) || gate is not null && !gate(body, document.CancellationToken))
                    continue;
                Run(document, body, check, kinds);
            }
        });
    }

    /// <summary>Runs the check on the attributes of methods and accessors whose names are among the words.</summary>
    public static void RegisterAttributeAction(this CompilationStartAnalysisContext context, Words words, Action<OperationAnalysisContext> check)
    {
        context.RegisterSemanticModelAction(document =>
        {
            var (model, cancellationToken) = (document.SemanticModel, document.CancellationToken);
            var index = WordIndex.Of(model.SyntaxTree, cancellationToken);
            if (!index.Has(words))
                return;
            foreach (var node in model.SyntaxTree.GetRoot(cancellationToken).DescendantNodes(n => n is not (BlockSyntax or ArrowExpressionClauseSyntax)))
            {
                if (node is not AttributeSyntax { Parent.Parent: (BaseMethodDeclarationSyntax or AccessorDeclarationSyntax) and var member } attribute || !index.Has(words, attribute.Name.Span))
                    continue;
                if (model.GetDeclaredSymbol(member, cancellationToken) is { } owner && model.GetOperation(attribute, cancellationToken) is { } operation && !DocumentBodies.IsGenerated(owner))
                    check(At(document, operation, owner));
            }
        });
    }

    private static void Run(SemanticModelAnalysisContext document, MemberBody body, Action<OperationAnalysisContext> check, OperationKind[] kinds)
    {
        if (body.Owner(document.CancellationToken) is not { } owner)
            return;
        foreach (var operation in body.Operations(document.CancellationToken))
        {
            if (Array.IndexOf(kinds, operation.Kind) >= 0)
                check(At(document, operation, owner));
        }
    }

    // The compiler's own contexts are made the same way; tests and hosts may do so, too.
    private static OperationAnalysisContext At(SemanticModelAnalysisContext document, IOperation operation, ISymbol owner) =>
#pragma warning disable CS0618 // The constructor is marked for analyzers that are called by hand, which this is.
        new(operation, owner, document.SemanticModel.Compilation, document.Options, document.ReportDiagnostic, static _ => true, document.CancellationToken);
#pragma warning restore CS0618
}
