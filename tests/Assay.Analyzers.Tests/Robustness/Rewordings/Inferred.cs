using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.Analyzers.Tests.Robustness.Rewordings;

/// <summary>Locals with their types spelled out where they said var, and new without the type where its target says it.</summary>
internal sealed class Inferred : Rewording
{
    protected override SyntaxNode Reword(SyntaxNode root, SemanticModel model) => new Rewriter(model).Visit(root);

    private sealed class Rewriter(SemanticModel model) : CSharpSyntaxRewriter
    {
        public override SyntaxNode? VisitVariableDeclaration(VariableDeclarationSyntax node)
        {
            var visited = (VariableDeclarationSyntax)base.VisitVariableDeclaration(node)!;
            if (!node.Type.IsVar || node.Variables.Count != 1 || model.GetTypeInfo(node.Type).Type is not { TypeKind: not (TypeKind.Error or TypeKind.Dynamic), IsAnonymousType: false } type || HasAnonymous(type))
                return visited;
            return visited.WithType(SyntaxFactory.ParseTypeName(type.ToDisplayString(NullableFlowState.None, SymbolDisplayFormat.FullyQualifiedFormat)).WithTriviaFrom(node.Type));
        }

        public override SyntaxNode? VisitObjectCreationExpression(ObjectCreationExpressionSyntax node)
        {
            var visited = (ObjectCreationExpressionSyntax)base.VisitObjectCreationExpression(node)!;
            var types = model.GetTypeInfo(node);
            var isTargeted = node.Parent is EqualsValueClauseSyntax { Parent: PropertyDeclarationSyntax or VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Type.IsVar: false } } };
            return isTargeted && SymbolEqualityComparer.Default.Equals(types.Type, types.ConvertedType)
                ? SyntaxFactory.ImplicitObjectCreationExpression(visited.ArgumentList ?? SyntaxFactory.ArgumentList(), visited.Initializer).WithTriviaFrom(node)
                : visited;
        }

        private static bool HasAnonymous(ITypeSymbol type) => type.ToDisplayString().Contains('<', StringComparison.Ordinal) && type.ToDisplayString().Contains("anonymous", StringComparison.Ordinal);
    }
}
