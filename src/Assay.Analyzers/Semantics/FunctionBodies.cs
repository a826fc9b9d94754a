using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics;

/// <summary>Finds the bodies of functions that other code calls or hands on.</summary>
internal static class FunctionBodies
{
    /// <summary>The body of a method or local function of this compilation; null when it has none that can be seen.</summary>
    public static IOperation? BodyOf(this KnownTypes types, IMethodSymbol method, CancellationToken cancellationToken)
    {
        var written = method.PartialImplementationPart ?? method.ReducedFrom ?? method.OriginalDefinition;
        foreach (var reference in written.DeclaringSyntaxReferences)
        {
            // A project reference may be a compilation too, whose trees are not of this one.
            if (!types.Compilation.ContainsSyntaxTree(reference.SyntaxTree))
                continue;
            var model = types.Compilation.GetSemanticModel(reference.SyntaxTree);
            switch (model.GetOperation(reference.GetSyntax(cancellationToken), cancellationToken))
            {
                case IMethodBodyOperation body:
                    return body.BlockBody ?? body.ExpressionBody;
                case ILocalFunctionOperation local:
                    return local.Body;
            }
        }
        return null;
    }

    /// <summary>The body of what a delegate is made of: a lambda, or a method of this compilation.</summary>
    public static IOperation? BodyOf(this KnownTypes types, IDelegateCreationOperation made, CancellationToken cancellationToken) => made.Target switch
    {
        IAnonymousFunctionOperation lambda => lambda.Body,
        IMethodReferenceOperation reference => types.BodyOf(reference.Method, cancellationToken),
        _ => null,
    };

    /// <summary>Whether the method ends a task that others wait for.</summary>
    public static bool CompletesSource(this KnownTypes types, IMethodSymbol method) =>
        method.ContainingType is { Name: "TaskCompletionSource" } type
        && (type.Is(types["System.Threading.Tasks.TaskCompletionSource"]) || type.OriginalDefinition.Is(types["System.Threading.Tasks.TaskCompletionSource`1"]))
        && (method.Name.StartsWith("Set", StringComparison.Ordinal) || method.Name.StartsWith("TrySet", StringComparison.Ordinal));

    /// <summary>The outermost operation around <paramref name="operation"/>: the whole body or initialiser it stands in.</summary>
    public static IOperation Outermost(this IOperation operation)
    {
        while (operation.Parent is { } parent)
            operation = parent;
        return operation;
    }
}
