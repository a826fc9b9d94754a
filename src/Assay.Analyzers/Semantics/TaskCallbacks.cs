using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics;

/// <summary>Tells the tasks that a method is handed when they are complete, by the shape of the method and its use.</summary>
internal static class TaskCallbacks
{
    /// <summary>Whether the wait is for a parameter that only ever holds a task whose waiting is over or owed by contract.</summary>
    public static bool IsGivenToCallback(TaskWait wait, ISymbol containingSymbol)
    {
        if (TaskWaits.Bare(wait.Awaited) is not IParameterReferenceOperation { Parameter: var parameter })
            return false;
        // The End method of a Begin/End pair waits by contract: `EndRead(IAsyncResult result) => ((Task<int>)result).Result`.
        if (parameter.Type is { Name: "IAsyncResult", ContainingNamespace.Name: "System" })
            return true;
        return parameter.ContainingSymbol is IMethodSymbol { MethodKind: MethodKind.Ordinary or MethodKind.LocalFunction } method
            && parameter.Ordinal == 0
            && (method.DeclaredAccessibility == Accessibility.Private || method.MethodKind == MethodKind.LocalFunction)
            && IsContinuation(wait.Operation.Syntax, method.Name);
    }

    // `task.ContinueWith(OnDone)`, in the same file as the method; by name, for binding all of the type would cost more than
    // the rare namesake.
    private static bool IsContinuation(SyntaxNode within, string method)
    {
        SyntaxNode? type = within.FirstAncestorOrSelf<TypeDeclarationSyntax>();
        foreach (var node in (type ?? within.SyntaxTree.GetRoot()).DescendantNodes())
        {
            if (node is not ArgumentSyntax { Expression: var given, Parent.Parent: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax called } })
                continue;
            if (called.Name.Identifier.Text is not ("ContinueWith" or "ContinueWhenAll" or "ContinueWhenAny"))
                continue;
            var name = given is MemberAccessExpressionSyntax member ? member.Name : given;
            if (name is SimpleNameSyntax simple && simple.Identifier.Text == method)
                return true;
        }
        return false;
    }
}
