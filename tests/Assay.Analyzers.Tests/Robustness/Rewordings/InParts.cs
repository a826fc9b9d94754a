using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.Analyzers.Tests.Robustness.Rewordings;

/// <summary>Every class in two parts: fields, properties and constructors, and the rest.</summary>
internal sealed class InParts : Rewording
{
    protected override SyntaxNode Reword(SyntaxNode root, SemanticModel model) => new Rewriter().Visit(root);

    private sealed class Rewriter : CSharpSyntaxRewriter
    {
        public override SyntaxNode? VisitCompilationUnit(CompilationUnitSyntax node)
        {
            var visited = (CompilationUnitSyntax)base.VisitCompilationUnit(node)!;
            return visited.WithMembers([.. visited.Members.SelectMany(Parts)]);
        }

        public override SyntaxNode? VisitNamespaceDeclaration(NamespaceDeclarationSyntax node)
        {
            var visited = (NamespaceDeclarationSyntax)base.VisitNamespaceDeclaration(node)!;
            return visited.WithMembers([.. visited.Members.SelectMany(Parts)]);
        }

        public override SyntaxNode? VisitFileScopedNamespaceDeclaration(FileScopedNamespaceDeclarationSyntax node)
        {
            var visited = (FileScopedNamespaceDeclarationSyntax)base.VisitFileScopedNamespaceDeclaration(node)!;
            return visited.WithMembers([.. visited.Members.SelectMany(Parts)]);
        }

        private static IEnumerable<MemberDeclarationSyntax> Parts(MemberDeclarationSyntax member)
        {
            if (member is not ClassDeclarationSyntax { OpenBraceToken.RawKind: not 0 } type || type.ContainsDirectives)
                return [member];
            var partial = type.Modifiers.Any(SyntaxKind.PartialKeyword) ? type : type.AddModifiers(SyntaxFactory.Token(SyntaxKind.PartialKeyword).WithTrailingTrivia(SyntaxFactory.Space));
            if (type.Modifiers.Count == 0)
                partial = partial.WithKeyword(partial.Keyword.WithLeadingTrivia(SyntaxFactory.Space)).WithLeadingTrivia(type.GetLeadingTrivia());
            var second = partial.WithMembers([.. partial.Members.Where(m => !IsState(m))]).WithAttributeLists([]).WithParameterList(null).WithBaseList(null).WithConstraintClauses([]).WithLeadingTrivia();
            return [partial.WithMembers([.. partial.Members.Where(IsState)]).WithTrailingTrivia(SyntaxFactory.LineFeed), second];
        }

        private static bool IsState(MemberDeclarationSyntax member) => member is BaseFieldDeclarationSyntax or BasePropertyDeclarationSyntax or ConstructorDeclarationSyntax;
    }
}
