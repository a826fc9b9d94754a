using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics;

/// <summary>Small questions about calls and the values they are made on.</summary>
internal static class CallSites
{
    /// <summary>Where the called name stands: <c>ReadAsync</c> in <c>stream.ReadAsync(buffer)</c>.</summary>
    public static Location NameLocation(this IInvocationOperation call) =>
        CalledName((InvocationExpressionSyntax)call.Syntax).GetLocation();

    public static SyntaxNode CalledName(InvocationExpressionSyntax call) => call.Expression switch
    {
        MemberAccessExpressionSyntax access => access.Name,
        MemberBindingExpressionSyntax binding => binding.Name,
        var other => other,
    };

    /// <summary>Whether the user wrote this call; collection initialisers and foreach make calls nobody wrote.</summary>
    public static bool IsWritten(this IInvocationOperation call) =>
        !call.IsImplicit && call.Syntax is InvocationExpressionSyntax;

    /// <summary>The value without conversions of any kind, parentheses and the shell of a query expression.</summary>
    public static IOperation Bare(this IOperation value)
    {
        while (true)
        {
            switch (value)
            {
                case IConversionOperation conversion:
                    value = conversion.Operand;
                    break;
                case IParenthesizedOperation parenthesized:
                    value = parenthesized.Operand;
                    break;
                case ITranslatedQueryOperation query:
                    value = query.Operation;
                    break;
                default:
                    return value;
            }
        }
    }

    /// <summary>What the call is made on: the instance, or the first argument of an extension method.</summary>
    public static IOperation? Receiver(this IInvocationOperation call)
    {
        if (call.Instance is not null)
            return call.Instance;
        if (!call.TargetMethod.IsExtensionMethod)
            return null;
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter?.Ordinal == 0)
                return argument.Value;
        }
        return null;
    }

    /// <summary>The await whose operand is the call itself, or the call's <c>ConfigureAwait</c>.</summary>
    public static IAwaitOperation? DirectAwait(this IInvocationOperation call)
    {
        IOperation value = call;
        for (var parent = call.Parent; parent is not null; value = parent, parent = parent.Parent)
        {
            switch (parent)
            {
                case IAwaitOperation await:
                    return await;
                case IParenthesizedOperation or IConversionOperation:
                case IInvocationOperation { TargetMethod.Name: "ConfigureAwait" } configured when configured.Instance == value:
                    continue;
                default:
                    return null;
            }
        }
        return null;
    }

    /// <summary>Whether the result is cast to a task and awaited at once.</summary>
    public static bool IsAwaitedAsTask(this IInvocationOperation call)
    {
        var value = call.Parent;
        while (value is IConversionOperation or IParenthesizedOperation or IInvocationOperation { TargetMethod.Name: "ConfigureAwait" })
            value = value.Parent;
        return value is IAwaitOperation;
    }

    /// <summary>The member around a lambda or local function, or the symbol itself.</summary>
    public static ISymbol Member(this ISymbol symbol)
    {
        while (symbol is IMethodSymbol { MethodKind: MethodKind.AnonymousFunction or MethodKind.LocalFunction, ContainingSymbol: { } around })
            symbol = around;
        return symbol;
    }
}
