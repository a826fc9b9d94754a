using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.Analyzers.Tests.Robustness.Rewordings;

/// <summary>Objects that are only locked as locks of System.Threading.</summary>
internal sealed class ThreadingLocks : Rewording
{
    protected override SyntaxNode Reword(SyntaxNode root, SemanticModel model)
    {
        var fields = root.DescendantNodes().OfType<FieldDeclarationSyntax>().Where(field => IsOnlyLocked(field, root, model)).ToList();
        return root.ReplaceNodes(fields, (_, field) => field.ReplaceNode(field.Declaration, Lock(field.Declaration)));
    }

    private static VariableDeclarationSyntax Lock(VariableDeclarationSyntax declaration) =>
        SyntaxFactory.VariableDeclaration(SyntaxFactory.ParseTypeName("System.Threading.Lock ").WithTriviaFrom(declaration.Type), [declaration.Variables[0].WithInitializer(SyntaxFactory.EqualsValueClause(SyntaxFactory.ParseExpression("new()")))]);

    private static bool IsOnlyLocked(FieldDeclarationSyntax field, SyntaxNode root, SemanticModel model)
    {
        if (field.Declaration is not { Variables: [{ Initializer.Value: BaseObjectCreationExpressionSyntax } variable], Type: PredefinedTypeSyntax { Keyword.RawKind: (int)SyntaxKind.ObjectKeyword } } || model.GetDeclaredSymbol(variable) is not { } symbol)
            return false;
        return root.DescendantNodes().OfType<IdentifierNameSyntax>()
            .Where(name => SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(name).Symbol, symbol))
            .All(name => name.Parent is LockStatementSyntax || name.Parent is MemberAccessExpressionSyntax { Parent: LockStatementSyntax });
    }
}
