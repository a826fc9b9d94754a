using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.Analyzers.Tests.Robustness.Rewordings;

/// <summary>Private fields that a primary constructor's parameter initialises as that parameter itself.</summary>
internal sealed class CapturedParameters : Rewording
{
    protected override SyntaxNode Reword(SyntaxNode root, SemanticModel model)
    {
        var primary = CSharpSyntaxTree.ParseText(new PrimaryConstructors().RewordAlone(root, model).ToFullString(), (CSharpParseOptions)root.SyntaxTree.Options, root.SyntaxTree.FilePath);
        var compilation = model.Compilation.ReplaceSyntaxTree(root.SyntaxTree, primary);
        return new Rewriter(compilation.GetSemanticModel(primary)).Visit(primary.GetRoot());
    }

    private sealed class Rewriter(SemanticModel model) : CSharpSyntaxRewriter
    {
        public override SyntaxNode? VisitClassDeclaration(ClassDeclarationSyntax node)
        {
            var visited = (ClassDeclarationSyntax)base.VisitClassDeclaration(node)!;
            if (node.ParameterList is null)
                return visited;
            var captured = node.Members.Where(member => member is FieldDeclarationSyntax { Declaration.Variables: [var variable] } && ParameterOf(model.GetDeclaredSymbol(variable)) is not null).Select(member => node.Members.IndexOf(member)).ToHashSet();
            return visited.WithMembers([.. visited.Members.Where((_, i) => !captured.Contains(i))]);
        }

        public override SyntaxNode? VisitIdentifierName(IdentifierNameSyntax node) =>
            ParameterOf(model.GetSymbolInfo(node).Symbol) is { } parameter ? SyntaxFactory.IdentifierName(parameter).WithTriviaFrom(node) : base.VisitIdentifierName(node);

        private static string? ParameterOf(ISymbol? symbol) =>
            symbol is IFieldSymbol { DeclaredAccessibility: Accessibility.Private, IsStatic: false } field
            && field.DeclaringSyntaxReferences is [var reference]
            && reference.GetSyntax() is VariableDeclaratorSyntax { Initializer.Value: IdentifierNameSyntax value, Parent.Parent.Parent: ClassDeclarationSyntax { ParameterList: { } parameters } }
            && parameters.Parameters.Any(parameter => parameter.Identifier.ValueText == value.Identifier.ValueText)
                ? value.Identifier.ValueText
                : null;
    }
}
