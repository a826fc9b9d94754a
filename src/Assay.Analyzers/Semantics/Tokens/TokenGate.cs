using System.Collections.Immutable;
using Assay.Analyzers.Semantics.Bodies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.Analyzers.Semantics.Tokens;

/// <summary>Tells cheaply whether any place of a body can have a token in scope. <see cref="TokenScope"/> then says which.</summary>
internal sealed class TokenGate(KnownTypes types)
{
    private static readonly Words s_linked = Words.Of("CreateLinkedTokenSource");

    public bool MayHaveToken(MemberBody body, CancellationToken cancellationToken)
    {
        if (body.Owner(cancellationToken) is IMethodSymbol method && (HasToken(method.Parameters) || method.ContainingType is { } type && ContextTokens.PathWithin(types, type) is not null))
            return true;
        if (WordIndex.Of(body.Syntax.SyntaxTree, cancellationToken).Has(s_linked, body.Span))
            return true;
        foreach (var function in body.Shape.Functions)
        {
            var symbol = function is LocalFunctionStatementSyntax ? body.Model.GetDeclaredSymbol(function, cancellationToken) : body.Model.GetSymbolInfo(function, cancellationToken).Symbol;
            if (symbol is not IMethodSymbol inner || HasToken(inner.Parameters))
                return true;
        }
        // A token that is taken from a context or from a parameter of the type.
        foreach (var variable in body.Shape.Variables)
        {
            if (body.Model.GetDeclaredSymbol(variable, cancellationToken) is ILocalSymbol local && types.IsToken(local.Type))
                return true;
        }
        return false;
    }

    private bool HasToken(ImmutableArray<IParameterSymbol> parameters)
    {
        foreach (var parameter in parameters)
        {
            if (types.IsToken(parameter.Type) || ContextTokens.PathFrom(types, parameter.Type) is not null)
                return true;
        }
        return false;
    }
}
