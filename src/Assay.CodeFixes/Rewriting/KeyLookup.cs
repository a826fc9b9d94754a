using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.CodeFixes.Rewriting;

/// <summary>Says the key that a <c>Find</c> of EF Core looks up as a condition on the row: <c>p => p.Id == id</c>.</summary>
internal static class KeyLookup
{
    /// <summary>The condition and its parameter; null when the key is not a single property that its name or an attribute tells.</summary>
    public static (LambdaExpressionSyntax Predicate, string Parameter)? Of(InvocationExpressionSyntax find, string entity, SemanticModel model, CancellationToken cancellationToken)
    {
        if (find.Expression is not MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Find" or "FindAsync", Expression: var set } || KeyIn(find.ArgumentList.Arguments) is not { } value)
            return null;
        if (model.GetTypeInfo(set, cancellationToken).Type is not INamedTypeSymbol { Name: "DbSet", TypeArguments: { Length: 1 } row } || KeyOf(row[0]) is not { } key)
            return null;
        // A value of another type is found by neither.
        if (!SymbolEqualityComparer.Default.Equals(model.GetTypeInfo(value, cancellationToken).Type, key.Type) || ConfiguresKeys(model.Compilation, cancellationToken))
            return null;
        var parameter = Names.Unused(find.FirstAncestorOrSelf<MemberDeclarationSyntax>() ?? (SyntaxNode)find, entity.Substring(0, 1), "row");
        return ((LambdaExpressionSyntax)SyntaxFactory.ParseExpression($"{parameter} => {parameter}.{key.Name} == {value.WithoutTrivia()}"), parameter);
    }

    // `Find(id)`, `FindAsync([id], token)`, `FindAsync(new object[] { id }, token)`
    private static ExpressionSyntax? KeyIn(SeparatedSyntaxList<ArgumentSyntax> arguments)
    {
        if (arguments.Count is 0 or > 2)
            return null;
        return arguments[0].Expression switch
        {
            CollectionExpressionSyntax { Elements: { Count: 1 } elements } => (elements[0] as ExpressionElementSyntax)?.Expression,
            ArrayCreationExpressionSyntax { Initializer.Expressions: { Count: 1 } elements } => elements[0],
            ImplicitArrayCreationExpressionSyntax { Initializer.Expressions: { Count: 1 } elements } => elements[0],
            // `FindAsync(id, token)` takes the token for a part of the key.
            var key => arguments.Count == 1 ? key : null,
        };
    }

    private static IPropertySymbol? KeyOf(ITypeSymbol row)
    {
        IPropertySymbol? byName = null, marked = null;
        for (var type = row; type is { SpecialType: not SpecialType.System_Object }; type = type.BaseType!)
        {
            if (type.GetAttributes().Any(a => a.AttributeClass?.Name == "PrimaryKeyAttribute"))
                return null;
            foreach (var property in type.GetMembers().OfType<IPropertySymbol>())
            {
                if (property.GetAttributes().Any(a => a.AttributeClass?.Name == "KeyAttribute"))
                    marked = property;
                else if (property.Name == "Id" || byName is null && property.Name == row.Name + "Id")
                    byName = property;
            }
        }
        return marked ?? byName;
    }

    // A key that is configured may be another one.
    private static bool ConfiguresKeys(Compilation compilation, CancellationToken cancellationToken) =>
        compilation.SyntaxTrees.Any(t => t.GetRoot(cancellationToken).DescendantTokens().Any(n => n.IsKind(SyntaxKind.IdentifierToken) && n.ValueText == "HasKey"));
}
