using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.Analyzers.Tests.Robustness.Rewordings;

/// <summary>Private fields as private properties without bodies.</summary>
internal sealed class AutoProperties : Rewording
{
    protected override SyntaxNode Reword(SyntaxNode root, SemanticModel model) => new Rewriter().Visit(root);

    private sealed class Rewriter : CSharpSyntaxRewriter
    {
        public override SyntaxNode? VisitFieldDeclaration(FieldDeclarationSyntax node)
        {
            if (node.Parent is not ClassDeclarationSyntax || node.Declaration.Variables is not [var variable] || node.AttributeLists.Count > 0 || node.Modifiers.Any(IsNoProperty))
                return node;
            var isReadOnly = node.Modifiers.Any(SyntaxKind.ReadOnlyKeyword);
            var modifiers = string.Concat(node.Modifiers.Where(modifier => !modifier.IsKind(SyntaxKind.ReadOnlyKeyword)).Select(modifier => modifier.Text + " "));
            var initializer = variable.Initializer is null ? "" : $" {variable.Initializer};";
            return SyntaxFactory.ParseMemberDeclaration($"{modifiers}{node.Declaration.Type} {variable.Identifier} {{ get; {(isReadOnly ? "" : "set; ")}}}{initializer}")!.WithTriviaFrom(node);
        }

        private static bool IsNoProperty(SyntaxToken modifier) =>
            modifier.Kind() is SyntaxKind.VolatileKeyword or SyntaxKind.ConstKeyword or SyntaxKind.PublicKeyword or SyntaxKind.InternalKeyword or SyntaxKind.ProtectedKeyword or SyntaxKind.FixedKeyword;
    }
}
