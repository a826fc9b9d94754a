using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Tokens;

/// <summary>Finds the CancellationToken that governs the work at a place: the linked one, else the innermost.</summary>
internal static class TokenScope
{
    /// <summary>The token at the operation, whose member is <paramref name="containing"/>; null when none governs it.</summary>
    public static TokenInScope? TokenAt(this KnownTypes types, IOperation operation, ISymbol containing)
    {
        var child = operation;
        for (var parent = operation.Parent; parent is not null; child = parent, parent = parent.Parent)
        {
            var found = parent switch
            {
                IBlockOperation block => LinkedBefore(types, block, child),
                IUsingOperation @using when @using.Body == child => Linked(types, @using.Resources),
                IAnonymousFunctionOperation lambda => OfParameters(types, lambda.Symbol.Parameters),
                ILocalFunctionOperation local => OfParameters(types, local.Symbol.Parameters),
                _ => null,
            };
            if (found is not null)
                return found;
            if (HidesOuterTokens(types, parent))
                return null;
        }
        return containing is IMethodSymbol method ? OfParameters(types, method.Parameters) ?? OfType(types, method) : null;
    }

    // A static function cannot see the token; a lambda that outlives the member must not use it, for the token may be
    // cancelled, or its source disposed, when the lambda runs.
    private static bool HidesOuterTokens(KnownTypes types, IOperation function) => function switch
    {
        IAnonymousFunctionOperation lambda => lambda.Symbol.IsStatic || !types.RunsWithinMember(lambda),
        ILocalFunctionOperation local => local.Symbol.IsStatic,
        _ => false,
    };

    private static TokenInScope? OfParameters(KnownTypes types, ImmutableArray<IParameterSymbol> parameters)
    {
        IParameterSymbol? token = null;
        var several = false;
        foreach (var parameter in parameters)
        {
            if (!types.IsToken(parameter.Type) || parameter.RefKind == RefKind.Out || parameter.Name is "" or "_")
                continue;
            several = token is not null;
            token ??= parameter;
        }
        if (token is not null)
            return new TokenInScope(token.Name, token, TokenOrigin.Token, several);
        foreach (var parameter in parameters)
        {
            if (parameter.Name is not ("" or "_") && ContextTokens.PathFrom(types, parameter.Type) is { } path)
                return new TokenInScope($"{parameter.Name}.{path}", parameter, TokenOrigin.Context, IsAmbiguous: false);
        }
        return null;
    }

    private static TokenInScope? OfType(KnownTypes types, IMethodSymbol method)
    {
        if (method.IsStatic || method.MethodKind is MethodKind.Constructor || method.ContainingType is not { } type)
            return null;
        return ContextTokens.PathWithin(types, type) is { } path ? new TokenInScope(path, type, TokenOrigin.Ambient, IsAmbiguous: false) : null;
    }

    private static TokenInScope? LinkedBefore(KnownTypes types, IBlockOperation block, IOperation statement)
    {
        var index = block.Operations.IndexOf(statement);
        for (var i = index - 1; i >= 0; i--)
        {
            var declared = block.Operations[i] is IUsingDeclarationOperation @using ? @using.DeclarationGroup : block.Operations[i];
            if (Linked(types, declared) is { } token)
                return token;
        }
        return null;
    }

    private static TokenInScope? Linked(KnownTypes types, IOperation declaration)
    {
        if (declaration is not IVariableDeclarationGroupOperation group)
            return null;
        foreach (var variables in group.Declarations)
        {
            foreach (var variable in variables.Declarators)
            {
                if (variable.GetVariableInitializer()?.Value is not { } value)
                    continue;
                if (IsLinkedSource(types, value))
                    return new TokenInScope(variable.Symbol.Name + ".Token", variable.Symbol, TokenOrigin.Token, IsAmbiguous: false);
                if (types.IsToken(variable.Symbol.Type) && IsDerivedToken(types, value))
                    return new TokenInScope(variable.Symbol.Name, variable.Symbol, TokenOrigin.Token, IsAmbiguous: false);
            }
        }
        return null;
    }

    private static bool IsLinkedSource(KnownTypes types, IOperation value) =>
        value.Bare() is IInvocationOperation { TargetMethod: { Name: "CreateLinkedTokenSource", ContainingType: { } type } }
        && type.Is(types["System.Threading.CancellationTokenSource"]);

    // A token of an unlinked source is the author's own timeout for one call, not the token of the work.
    private static bool IsDerivedToken(KnownTypes types, IOperation value) => value.Bare() switch
    {
        IParameterReferenceOperation => true,
        IPropertyReferenceOperation { Property.Name: "Token", Instance: ILocalReferenceOperation source } => IsLinkedLocal(types, source),
        IPropertyReferenceOperation { Instance.Type: { } type } => ContextTokens.PathFrom(types, type) is not null,
        _ => false,
    };

    private static bool IsLinkedLocal(KnownTypes types, ILocalReferenceOperation source)
    {
        foreach (var operation in source.Root().Descendants())
        {
            if (operation is IVariableDeclaratorOperation declarator && declarator.Symbol.Is(source.Local))
                return declarator.GetVariableInitializer()?.Value is { } value && IsLinkedSource(types, value);
        }
        return false;
    }
}

/// <summary>A token that could be passed at a place.</summary>
/// <param name="Expression">How the code writes it: <c>token</c>, <c>linked.Token</c>, <c>context.RequestAborted</c>.</param>
/// <param name="Source">The symbol it comes from.</param>
/// <param name="Origin">How plainly the author asked for cancellation here.</param>
/// <param name="IsAmbiguous">Whether the same function has another token just as near.</param>
internal sealed record TokenInScope(string Expression, ISymbol Source, TokenOrigin Origin, bool IsAmbiguous);

/// <summary>Where a token comes from.</summary>
internal enum TokenOrigin
{
    /// <summary>A token the code itself declares.</summary>
    Token,

    /// <summary>A parameter that carries the token of the request or job.</summary>
    Context,

    /// <summary>A member inherited from a framework's base class; the method itself never mentions cancellation.</summary>
    Ambient,
}
