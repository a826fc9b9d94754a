using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;

namespace Assay.CodeFixes.Rewriting;

/// <summary>Which functions can become async, and how they are written then.</summary>
internal static class AsyncFunction
{
    // The compiler looks these up by name and by what they return.
    private static readonly HashSet<string> s_patternNames =
        new(StringComparer.Ordinal) { "Dispose", "GetEnumerator", "MoveNext", "GetAwaiter", "Deconstruct" };

    /// <summary>
    /// The method, local function or lambda around the node; the compilation unit for a statement at the top level of a
    /// program; null in a member that cannot be async.
    /// </summary>
    public static SyntaxNode? Around(SyntaxNode node)
    {
        for (var parent = node.Parent; parent is not null; parent = parent.Parent)
        {
            switch (parent)
            {
                case MethodDeclarationSyntax or LocalFunctionStatementSyntax or AnonymousFunctionExpressionSyntax:
                    return parent;
                case GlobalStatementSyntax global:
                    return global.Parent;
                case MemberDeclarationSyntax or AccessorDeclarationSyntax:
                    return null;
            }
        }
        return null;
    }

    public static bool IsAsync(SyntaxNode function) => ModifiersOf(function).Any(SyntaxKind.AsyncKeyword);

    public static IMethodSymbol? SymbolOf(SyntaxNode function, SemanticModel model, CancellationToken cancellationToken) => function switch
    {
        AnonymousFunctionExpressionSyntax => model.GetSymbolInfo(function, cancellationToken).Symbol as IMethodSymbol,
        _ => model.GetDeclaredSymbol(function, cancellationToken) as IMethodSymbol,
    };

    /// <summary>Whether nothing about the function itself stands against making it async.</summary>
    public static bool CanBecomeAsync(SyntaxNode function, IMethodSymbol symbol, SemanticModel model)
    {
        if (symbol.IsIterator() || symbol.RefKind != RefKind.None || symbol.IsPartial() || ModifiersOf(function).Any(SyntaxKind.UnsafeKeyword))
            return false;
        if (symbol.ReturnType is { IsRefLikeType: true } or IPointerTypeSymbol or IFunctionPointerTypeSymbol)
            return false;
        foreach (var parameter in symbol.Parameters)
        {
            if (parameter.RefKind != RefKind.None || parameter.Type is { IsRefLikeType: true } or IPointerTypeSymbol)
                return false;
        }
        // An async method of a struct works on a copy of it.
        if (symbol.ContainingType is { TypeKind: TypeKind.Struct, IsReadOnly: false }
            && symbol is { MethodKind: MethodKind.Ordinary, IsStatic: false, IsReadOnly: false })
            return false;
        // What hands out a task already keeps its signature.
        var staysAsIs = KnownTypes.Of(model.Compilation).IsTaskLike(symbol.ReturnType);
        if (symbol.MethodKind == MethodKind.Ordinary && !staysAsIs && (IsBound(symbol) || IsEventHandler(symbol, model)))
            return false;
        return !HasRefLikeLocals(function, model);
    }

    /// <summary>The function with the modifier <c>async</c>.</summary>
    public static SyntaxNode MakeAsync(SyntaxNode function)
    {
        var modifiers = ModifiersOf(function);
        var async = SyntaxFactory.Token(SyntaxKind.AsyncKeyword).WithTrailingTrivia(SyntaxFactory.Space);
        var bare = function;
        if (modifiers.Count == 0)
        {
            // What stood before the function now stands before its new first token.
            var first = FirstTokenAfterModifiers(function);
            async = async.WithLeadingTrivia(first.LeadingTrivia);
            bare = function.ReplaceToken(first, first.WithLeadingTrivia());
        }
        var extended = modifiers.Add(async);
        return bare switch
        {
            MethodDeclarationSyntax method => method.WithModifiers(extended),
            LocalFunctionStatementSyntax local => local.WithModifiers(extended),
            AnonymousFunctionExpressionSyntax lambda => lambda.WithModifiers(extended),
            _ => bare,
        };
    }

    /// <summary>The function with <c>Task</c> instead of <c>void</c>, or <c>Task&lt;T&gt;</c> instead of <c>T</c>, as its return type.</summary>
    public static SyntaxNode ReturnTask(SyntaxNode function, bool returnsVoid) => function switch
    {
        MethodDeclarationSyntax method => method.WithReturnType(TaskOf(method.ReturnType, returnsVoid)),
        LocalFunctionStatementSyntax local => local.WithReturnType(TaskOf(local.ReturnType, returnsVoid)),
        _ => function,
    };

    /// <summary>The body of a function: a block, an expression or an arrow clause's expression.</summary>
    public static SyntaxNode? BodyOf(SyntaxNode function) => function switch
    {
        MethodDeclarationSyntax method => (SyntaxNode?)method.Body ?? method.ExpressionBody?.Expression,
        LocalFunctionStatementSyntax local => (SyntaxNode?)local.Body ?? local.ExpressionBody?.Expression,
        AnonymousFunctionExpressionSyntax lambda => lambda.Body,
        _ => null,
    };

    private static TypeSyntax TaskOf(TypeSyntax type, bool isVoid)
    {
        var content = SyntaxFactory.TypeArgumentList(SyntaxFactory.SingletonSeparatedList(type.WithoutTrivia()));
        SimpleNameSyntax task = isVoid
            ? SyntaxFactory.IdentifierName("Task")
            : SyntaxFactory.GenericName(SyntaxFactory.Identifier("Task"), content);
        var name = SyntaxFactory.QualifiedName(SyntaxFactory.ParseName("global::System.Threading.Tasks"), task);
        return name.WithTriviaFrom(type).WithAdditionalAnnotations(Simplifier.Annotation, Simplifier.AddImportsAnnotation, Formatter.Annotation);
    }

    private static SyntaxTokenList ModifiersOf(SyntaxNode function) => function switch
    {
        MethodDeclarationSyntax method => method.Modifiers,
        LocalFunctionStatementSyntax local => local.Modifiers,
        AnonymousFunctionExpressionSyntax lambda => lambda.Modifiers,
        _ => default,
    };

    private static SyntaxToken FirstTokenAfterModifiers(SyntaxNode function) => function switch
    {
        MethodDeclarationSyntax method => method.ReturnType.GetFirstToken(),
        LocalFunctionStatementSyntax local => local.ReturnType.GetFirstToken(),
        ParenthesizedLambdaExpressionSyntax { ReturnType: { } type } => type.GetFirstToken(),
        ParenthesizedLambdaExpressionSyntax lambda => lambda.ParameterList.GetFirstToken(),
        SimpleLambdaExpressionSyntax lambda => lambda.Parameter.GetFirstToken(),
        AnonymousMethodExpressionSyntax method => method.DelegateKeyword,
        _ => function.GetFirstToken(),
    };

    private static bool IsIterator(this IMethodSymbol symbol)
    {
        foreach (var reference in symbol.DeclaringSyntaxReferences)
        {
            if (OwnNodes(reference.GetSyntax()).Any(node => node is YieldStatementSyntax))
                return true;
        }
        return false;
    }

    private static bool IsPartial(this IMethodSymbol symbol) =>
        symbol.PartialDefinitionPart is not null || symbol.PartialImplementationPart is not null;

    // Somebody else has fixed the signature: a base class, an interface, the language, an attribute.
    private static bool IsBound(IMethodSymbol method)
    {
        if (method.IsOverride || method.IsVirtual || method.IsAbstract || method.IsExtern || method.ContainingType.TypeKind == TypeKind.Interface)
            return true;
        if (s_patternNames.Contains(method.Name) || !method.ExplicitInterfaceImplementations.IsEmpty)
            return true;
        foreach (var attribute in method.GetAttributes())
        {
            if (attribute.AttributeClass?.Name is "ConditionalAttribute" or "UnmanagedCallersOnlyAttribute"
                or "ModuleInitializerAttribute" or "MethodImplAttribute")
                return true;
        }
        foreach (var contract in method.ContainingType.AllInterfaces)
        {
            foreach (var member in contract.GetMembers(method.Name))
            {
                if (method.ContainingType.FindImplementationForInterfaceMember(member).Is(method))
                    return true;
            }
        }
        return false;
    }

    // Markup may name it, where no search finds it.
    private static bool IsEventHandler(IMethodSymbol method, SemanticModel model) =>
        method is { ReturnsVoid: true, Parameters.Length: 2 }
        && method.Parameters[0].Type.SpecialType == SpecialType.System_Object
        && method.Parameters[1].Type.IsOrInherits(KnownTypes.Of(model.Compilation)["System.EventArgs"]);

    // Spans and references cannot live across an await.
    private static bool HasRefLikeLocals(SyntaxNode function, SemanticModel model)
    {
        foreach (var node in OwnNodes(function))
        {
            switch (node)
            {
                case RefTypeSyntax or RefExpressionSyntax or FixedStatementSyntax:
                case VariableDeclaratorSyntax or SingleVariableDesignationSyntax or ForEachStatementSyntax
                    when model.GetDeclaredSymbol(node) is ILocalSymbol { Type: { IsRefLikeType: true } or IPointerTypeSymbol }:
                    return true;
            }
        }
        return false;
    }

    /// <summary>The nodes of the function without those of the functions inside it.</summary>
    public static IEnumerable<SyntaxNode> OwnNodes(SyntaxNode function) =>
        function.DescendantNodes(node => node == function || node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax));
}
