using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.Analyzers.Semantics.ValueFlow;

/// <summary>The values of fields and properties that are set while their object is made and never after.</summary>
internal static class FixedMembers
{
    /// <summary>All values of the member; null when it may get others.</summary>
    public static List<IOperation>? Values(ISymbol member, KnownTypes types, IOperation near, CancellationToken cancellationToken)
    {
        if (!IsFixed(member, near, cancellationToken))
            return null;
        var values = new List<IOperation>();
        foreach (var part in member.ContainingType.DeclaringSyntaxReferences)
        {
            if (!types.Compilation.ContainsSyntaxTree(part.SyntaxTree))
                return null;
            foreach (var node in part.GetSyntax(cancellationToken).DescendantNodes(n => n is not (MethodDeclarationSyntax or AccessorDeclarationSyntax)))
            {
                if (Written(node, member) is not { } written)
                    continue;
                var model = near.SemanticModel is { } own && own.SyntaxTree == node.SyntaxTree ? own : types.Compilation.GetSemanticModel(node.SyntaxTree);
                if (model.OperationOf(written, cancellationToken) is { } value)
                    values.Add(value);
            }
        }
        return values.Count == 0 ? null : values;
    }

    private static bool IsFixed(ISymbol member, IOperation near, CancellationToken cancellationToken) => member switch
    {
        IFieldSymbol { IsReadOnly: true } => true,
        IPropertySymbol { IsIndexer: false, SetMethod: null, IsAbstract: false, IsVirtual: false } => true,
        // Setters of other types reach what is not private.
        IFieldSymbol { DeclaredAccessibility: Accessibility.Private } or IPropertySymbol { SetMethod.DeclaredAccessibility: Accessibility.Private, IsIndexer: false } =>
            near.SemanticModel is { } model && MemberWrites.FirstAfterConstruction(member, model, cancellationToken) is null,
        _ => false,
    };

    private static ExpressionSyntax? Written(SyntaxNode node, ISymbol member) => node switch
    {
        VariableDeclaratorSyntax { Initializer: { } initializer, Parent.Parent: FieldDeclarationSyntax } field when field.Identifier.ValueText == member.Name => initializer.Value,
        PropertyDeclarationSyntax { Initializer: { } initializer } property when property.Identifier.ValueText == member.Name => initializer.Value,
        PropertyDeclarationSyntax { ExpressionBody: { } body } property when property.Identifier.ValueText == member.Name => body.Expression,
        AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression, Parent: not InitializerExpressionSyntax } assignment when Names(assignment.Left, member) => assignment.Right,
        _ => null,
    };

    private static bool Names(ExpressionSyntax target, ISymbol member) => target switch
    {
        IdentifierNameSyntax name => name.Identifier.ValueText == member.Name,
        MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax, Name: var name } => name.Identifier.ValueText == member.Name,
        _ => false,
    };
}
