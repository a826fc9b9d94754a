using Assay.Analyzers.Semantics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.CodeFixes.Rewriting;

/// <summary>Makes a private field readonly that is only assigned where it is declared or constructed.</summary>
internal static class FrozenField
{
    public static Fix? Propose(FixSite site, ExpressionSyntax target, CancellationToken cancellationToken)
    {
        // Code elsewhere may assign a field that it can see, and another part of the type is another document.
        if (site.Model.GetSymbolInfo(target, cancellationToken).Symbol is not IFieldSymbol { DeclaredAccessibility: Accessibility.Private, IsVolatile: false } field)
            return null;
        if (field.ContainingType.DeclaringSyntaxReferences.Length != 1 || field.DeclaringSyntaxReferences.Length != 1)
            return null;
        if (field.DeclaringSyntaxReferences[0].GetSyntax(cancellationToken).Parent?.Parent is not FieldDeclarationSyntax { Declaration.Variables.Count: 1 } declared)
            return null;
        if (declared.SyntaxTree != site.Root.SyntaxTree || IsWrittenOutsideConstructors(declared, field, site.Model, cancellationToken))
            return null;
        return site.Replace("Make the locked field readonly", declared, WithReadOnly(declared));
    }

    private static bool IsWrittenOutsideConstructors(FieldDeclarationSyntax declared, IFieldSymbol field, SemanticModel model, CancellationToken cancellationToken)
    {
        foreach (var node in declared.Parent!.DescendantNodes())
        {
            if (node is not IdentifierNameSyntax name || name.Identifier.ValueText != field.Name)
                continue;
            ExpressionSyntax whole = name.Parent is MemberAccessExpressionSyntax access && access.Name == name ? access : name;
            var isWritten = whole.Parent is AssignmentExpressionSyntax assignment && assignment.Left == whole
                || whole.Parent is ArgumentSyntax { RefKindKeyword.RawKind: not 0 } or RefExpressionSyntax or ArgumentSyntax { Parent: TupleExpressionSyntax };
            if (isWritten && model.GetSymbolInfo(name, cancellationToken).Symbol.Is(field) && !IsInConstructor(name, field))
                return true;
        }
        return false;
    }

    private static bool IsInConstructor(SyntaxNode node, IFieldSymbol field) =>
        node.Ancestors().FirstOrDefault(a => a is MemberDeclarationSyntax or AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)
            is ConstructorDeclarationSyntax constructor && constructor.Modifiers.Any(SyntaxKind.StaticKeyword) == field.IsStatic;

    private static FieldDeclarationSyntax WithReadOnly(FieldDeclarationSyntax declared)
    {
        var keyword = SyntaxFactory.Token(SyntaxKind.ReadOnlyKeyword).WithTrailingTrivia(SyntaxFactory.Space);
        if (declared.Modifiers.Count > 0)
            return declared.AddModifiers(keyword);
        var type = declared.Declaration.Type;
        return declared
            .WithDeclaration(declared.Declaration.WithType(type.WithoutLeadingTrivia()))
            .WithModifiers([keyword.WithLeadingTrivia(type.GetLeadingTrivia())]);
    }
}
