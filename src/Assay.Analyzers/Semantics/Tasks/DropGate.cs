using Assay.Analyzers.Semantics.Bodies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.Analyzers.Semantics.Tasks;

/// <summary>Tells cheaply whether a body can drop a task. <see cref="DroppedTasks"/> then says whether it does.</summary>
internal sealed class DropGate(DroppedTasks dropped)
{
    public bool MayDropStatement(MemberBody body, CancellationToken cancellationToken)
    {
        foreach (var expression in body.Shape.Dropped)
        {
            if (MayDrop(expression, body.Model, cancellationToken))
                return true;
        }
        return false;
    }

    public bool MayDropLocal(MemberBody body, CancellationToken cancellationToken)
    {
        foreach (var variable in body.Shape.Variables)
        {
            if (body.Model.GetDeclaredSymbol(variable, cancellationToken) is not ILocalSymbol local || IsTask(local.Type))
                return true;
        }
        return false;
    }

    private bool MayDrop(ExpressionSyntax expression, SemanticModel model, CancellationToken cancellationToken)
    {
        if (expression is AssignmentExpressionSyntax assignment)
            return assignment.Left is IdentifierNameSyntax && (IsTask(model.GetTypeInfo(assignment.Right, cancellationToken).Type) || IsTask(model.GetTypeInfo(assignment.Left, cancellationToken).Type));
        if (!IsTask(model.GetTypeInfo(expression, cancellationToken).Type))
            return false;
        // A lambda that hands its task on drops nothing.
        return expression.Parent is not AnonymousFunctionExpressionSyntax { AsyncKeyword.RawKind: 0 } lambda
            || model.GetSymbolInfo(lambda, cancellationToken).Symbol is not IMethodSymbol { ReturnsVoid: false };
    }

    private bool IsTask(ITypeSymbol? type) => type is not null && dropped.IsDroppable(type);
}
