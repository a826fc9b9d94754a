using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.Analyzers.Tests.Robustness.Rewordings;

/// <summary>The one constructor of a class that only keeps its parameters as a primary constructor whose parameters initialise the fields.</summary>
internal sealed class PrimaryConstructors : Rewording
{
    protected override SyntaxNode Reword(SyntaxNode root, SemanticModel model) => new Rewriter(model).Visit(root);

    private sealed class Rewriter(SemanticModel model) : CSharpSyntaxRewriter
    {
        public override SyntaxNode? VisitClassDeclaration(ClassDeclarationSyntax node)
        {
            if (node.ParameterList is not null || node.ContainsDirectives || Keeping(node) is not var (constructor, kept))
                return base.VisitClassDeclaration(node);
            var members = node.Members.Remove(constructor).Select(member => member is FieldDeclarationSyntax { Declaration.Variables: [var variable] } field && kept.TryGetValue(variable.Identifier.ValueText, out var parameter)
                ? field.ReplaceNode(variable, variable.WithInitializer(SyntaxFactory.EqualsValueClause(SyntaxFactory.IdentifierName(parameter))))
                : member);
            return node.WithIdentifier(node.Identifier.WithTrailingTrivia()).WithParameterList(constructor.ParameterList.WithTrailingTrivia(SyntaxFactory.LineFeed)).WithMembers([.. members]);
        }

        // The fields and the parameters that the constructor puts into them; null when it does anything else.
        private (ConstructorDeclarationSyntax Constructor, Dictionary<string, string> Kept)? Keeping(ClassDeclarationSyntax node)
        {
            if (node.Members.OfType<ConstructorDeclarationSyntax>().ToList() is not [{ Initializer: null, ParameterList.Parameters.Count: > 0 } constructor] || constructor.Modifiers.Any(SyntaxKind.PrivateKeyword))
                return null;
            var kept = new Dictionary<string, string>();
            var expressions = constructor.ExpressionBody is { } arrow ? [arrow.Expression] : constructor.Body!.Statements.Select(statement => (statement as ExpressionStatementSyntax)?.Expression);
            foreach (var expression in expressions)
            {
                if (expression is not AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression, Left: IdentifierNameSyntax field, Right: IdentifierNameSyntax value }
                    || model.GetSymbolInfo(field).Symbol is not IFieldSymbol { IsStatic: false } || model.GetSymbolInfo(value).Symbol is not IParameterSymbol)
                    return null;
                kept[field.Identifier.ValueText] = value.Identifier.ValueText;
            }

            return (constructor, kept);
        }
    }
}
