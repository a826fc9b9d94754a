using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Requests;

/// <summary>The operations of a handler and of the private members of its type that it calls.</summary>
internal static class HandlerScope
{
    /// <summary>The body of the handler first, then each private method that it calls, once.</summary>
    public static List<IOperation> BodiesOf(IOperation body, KnownTypes types, CancellationToken cancellationToken)
    {
        var bodies = new List<IOperation> { body };
        var seen = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        foreach (var operation in body.Descendants())
        {
            if (operation is IInvocationOperation { TargetMethod: { MethodKind: MethodKind.Ordinary, DeclaredAccessibility: Accessibility.Private } called } && seen.Add(called.OriginalDefinition) && types.BodyOf(called, cancellationToken) is { } inner)
                bodies.Add(inner);
        }
        return bodies;
    }
}
