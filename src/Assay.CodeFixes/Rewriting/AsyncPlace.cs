using Assay.Analyzers.Semantics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.CodeFixes.Rewriting;

/// <summary>Where an <c>await</c> can be written.</summary>
internal static class AsyncPlace
{
    /// <summary>Whether an <c>await</c> at the node compiles as the code stands: in async code, outside locks and the like.</summary>
    public static bool CanAwait(SyntaxNode node) => node.AllowsAwait() && EnclosingFunction(node) switch
    {
        AnonymousFunctionExpressionSyntax lambda => lambda.AsyncKeyword.IsKind(SyntaxKind.AsyncKeyword),
        LocalFunctionStatementSyntax local => local.Modifiers.Any(SyntaxKind.AsyncKeyword),
        MethodDeclarationSyntax method => method.Modifiers.Any(SyntaxKind.AsyncKeyword),
        GlobalStatementSyntax => true,
        _ => false,
    };

    /// <summary>The declaration whose body the node runs in; a global statement for a program's top level.</summary>
    public static SyntaxNode? EnclosingFunction(SyntaxNode node) => node.Ancestors().FirstOrDefault(ancestor => ancestor is
        AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or MemberDeclarationSyntax or AccessorDeclarationSyntax);
}
