using Assay.Analyzers.Semantics.Bodies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Money;

/// <summary>Finds the members and parameters of a file that are declared as float or double.</summary>
internal static class FloatNumbers
{
    private static readonly Words s_types = Words.Of("double", "float", "Double", "Single");

    /// <summary>The symbols with the places of their names, found where the text says the type.</summary>
    public static IEnumerable<(ISymbol Symbol, SyntaxToken Name)> DeclaredIn(SemanticModel model, CancellationToken cancellationToken)
    {
        var tree = model.SyntaxTree;
        var index = WordIndex.Of(tree, cancellationToken);
        if (!index.Has(s_types))
            yield break;
        var root = tree.GetRoot(cancellationToken);
        foreach (var declaration in Mentioned(index, root))
        {
            foreach (var (node, name) in NamesOf(declaration))
            {
                if (model.GetDeclaredSymbol(node, cancellationToken) is { } symbol && Of(TypeOf(symbol)) is not null && !DocumentBodies.IsGenerated(symbol))
                    yield return (symbol, name);
            }
        }
    }

    /// <summary>The keyword of the type: double, float; null for every other one.</summary>
    public static string? Of(ITypeSymbol? type)
    {
        if (type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable)
            type = nullable.TypeArguments[0];
        return type?.SpecialType switch
        {
            SpecialType.System_Double => "double",
            SpecialType.System_Single => "float",
            _ => null,
        };
    }

    /// <summary>The call that turns text into a float: <c>double.Parse</c>, <c>Convert.ToDouble</c>.</summary>
    public static bool IsParse(IInvocationOperation call) => call.TargetMethod switch
    {
        { Name: "Parse" or "TryParse", ContainingType.SpecialType: SpecialType.System_Double or SpecialType.System_Single } => true,
        { Name: "ToDouble" or "ToSingle", ContainingType.Name: "Convert" or "XmlConvert", Parameters: { Length: > 0 } parameters } => parameters[0].Type.SpecialType is SpecialType.System_String or SpecialType.System_Object,
        _ => false,
    };

    private static IEnumerable<SyntaxNode> Mentioned(WordIndex index, SyntaxNode root)
    {
        for (var at = index.Find(s_types, root.FullSpan, -1); at >= 0; at = index.Find(s_types, root.FullSpan, at))
        {
            var token = root.FindToken(at);
            if (token.SpanStart == at && token.Parent is PredefinedTypeSyntax or IdentifierNameSyntax && DeclarationAround((TypeSyntax)token.Parent) is { } declaration)
                yield return declaration;
        }
    }

    private static SyntaxNode? DeclarationAround(TypeSyntax type)
    {
        var whole = type.Parent switch
        {
            QualifiedNameSyntax { Parent: NullableTypeSyntax nullable } => nullable,
            QualifiedNameSyntax or NullableTypeSyntax => (TypeSyntax)type.Parent,
            _ => type,
        };
        return whole.Parent is { } declaration && DeclaredType(declaration) == whole ? declaration : null;
    }

    private static TypeSyntax? DeclaredType(SyntaxNode node) => node switch
    {
        VariableDeclarationSyntax { Parent: FieldDeclarationSyntax } field => field.Type,
        PropertyDeclarationSyntax property => property.Type,
        ParameterSyntax parameter => parameter.Type,
        MethodDeclarationSyntax method => method.ReturnType,
        _ => null,
    };

    private static bool IsFloatName(TypeSyntax type) =>
        type is NullableTypeSyntax nullable ? IsFloatName(nullable.ElementType)
        : type is PredefinedTypeSyntax predefined ? predefined.Keyword.Kind() is SyntaxKind.DoubleKeyword or SyntaxKind.FloatKeyword
        : WrittenNames.Of(type) is "Double" or "Single";

    private static IEnumerable<(SyntaxNode Node, SyntaxToken Name)> NamesOf(SyntaxNode declaration)
    {
        switch (declaration)
        {
            case VariableDeclarationSyntax field:
                foreach (var variable in field.Variables)
                    yield return (variable, variable.Identifier);
                break;
            case PropertyDeclarationSyntax property:
                yield return (property, property.Identifier);
                break;
            case ParameterSyntax parameter:
                yield return (parameter, parameter.Identifier);
                break;
            case MethodDeclarationSyntax method:
                yield return (method, method.Identifier);
                break;
        }
    }

    /// <summary>The type of what a variable or property holds, or a method returns.</summary>
    public static ITypeSymbol? TypeOf(ISymbol symbol) => symbol switch
    {
        ILocalSymbol local => local.Type,
        IFieldSymbol field => field.Type,
        IPropertySymbol property => property.Type,
        IParameterSymbol parameter => parameter.Type,
        IMethodSymbol method => method.ReturnType,
        _ => null,
    };
}
