using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.Analyzers.Tests.Robustness.Rewordings;

/// <summary>The members of every class the other way round; fields keep their order, which their initialisers follow.</summary>
internal sealed class OtherOrder : Rewording
{
    protected override SyntaxNode Reword(SyntaxNode root, SemanticModel model) => new Rewriter().Visit(root);

    private sealed class Rewriter : CSharpSyntaxRewriter
    {
        public override SyntaxNode? VisitClassDeclaration(ClassDeclarationSyntax node)
        {
            var visited = (ClassDeclarationSyntax)base.VisitClassDeclaration(node)!;
            if (node.ContainsDirectives)
                return visited;
            var fields = visited.Members.Where(IsInitialised);
            return visited.WithMembers([.. visited.Members.Where(member => !IsInitialised(member)).Reverse(), .. fields]);
        }

        private static bool IsInitialised(MemberDeclarationSyntax member) => member is BaseFieldDeclarationSyntax or PropertyDeclarationSyntax { Initializer: not null };
    }
}
