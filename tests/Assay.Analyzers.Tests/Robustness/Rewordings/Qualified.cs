using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.Analyzers.Tests.Robustness.Rewordings;

/// <summary>Types by their full names from global:: on, and members of this with this in front.</summary>
internal sealed class Qualified : Rewording
{
    protected override SyntaxNode Reword(SyntaxNode root, SemanticModel model) => new Rewriter(model).Visit(root);

    private sealed class Rewriter(SemanticModel model) : CSharpSyntaxRewriter
    {
        public override SyntaxNode? VisitIdentifierName(IdentifierNameSyntax node) => Full(node) ?? Own(node) ?? base.VisitIdentifierName(node);

        public override SyntaxNode? VisitGenericName(GenericNameSyntax node) => Full(node) ?? base.VisitGenericName(node);

        public override SyntaxNode? VisitUsingDirective(UsingDirectiveSyntax node) => node;

        public override SyntaxNode? VisitAttribute(AttributeSyntax node) => node;

        public override SyntaxNode? VisitExplicitInterfaceSpecifier(ExplicitInterfaceSpecifierSyntax node) => node;

        private NameSyntax? Full(SimpleNameSyntax node)
        {
            if (node.Parent is QualifiedNameSyntax or MemberAccessExpressionSyntax { Parent: null } or NameColonSyntax or NameEqualsSyntax or AliasQualifiedNameSyntax || (node.Parent is MemberAccessExpressionSyntax access && access.Name == node))
                return null;
            if (node.IsVar || node.IsUnmanaged || node.IsNotNull || model.GetSymbolInfo(node).Symbol is not INamedTypeSymbol { IsTupleType: false, IsAnonymousType: false, SpecialType: SpecialType.None } type || type.TypeKind == TypeKind.Error)
                return null;
            if (IsInNameof(node))
                return null;
            return SyntaxFactory.ParseName(type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)).WithTriviaFrom(node);
        }

        private ExpressionSyntax? Own(IdentifierNameSyntax node)
        {
            if (node.Parent is MemberAccessExpressionSyntax access && access.Name == node || node.Parent is MemberBindingExpressionSyntax or NameColonSyntax or NameEqualsSyntax or SubpatternSyntax or QualifiedNameSyntax || IsInNameof(node))
                return null;
            if (node.Parent is AssignmentExpressionSyntax { Parent: InitializerExpressionSyntax or WithExpressionSyntax } assignment && assignment.Left == node)
                return null;
            var symbol = model.GetSymbolInfo(node).Symbol;
            if (symbol is not (IFieldSymbol or IPropertySymbol or IMethodSymbol { MethodKind: MethodKind.Ordinary } or IEventSymbol) || symbol.IsStatic || symbol.ContainingType is null)
                return null;
            if (node.Parent is BaseObjectCreationExpressionSyntax)
                return null;
            return SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, SyntaxFactory.ThisExpression(), node.WithoutTrivia()).WithTriviaFrom(node);
        }

        private static bool IsInNameof(SyntaxNode node) => node.Ancestors().OfType<InvocationExpressionSyntax>().Any(call => call.Expression is IdentifierNameSyntax { Identifier.Text: "nameof" });
    }
}
