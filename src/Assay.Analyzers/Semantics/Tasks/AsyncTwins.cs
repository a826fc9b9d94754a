using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Tasks;

/// <summary>
/// Finds the awaitable sibling <c>MAsync</c> of a method <c>M</c>: declared beside it, in a base type, or as an extension in
/// scope, with all of its parameters. One instance serves one compilation.
/// </summary>
internal sealed class AsyncTwins(KnownTypes types)
{
    private readonly ConcurrentDictionary<IMethodSymbol, IMethodSymbol?> _siblings = new(SymbolEqualityComparer.Default);

    // Whether an extension is in scope depends on the usings, so on the file; nearly all methods have none.
    private readonly ConcurrentDictionary<(IMethodSymbol Method, SyntaxTree Tree), bool> _extended = new();
    private readonly WrongPairs _wrong = new(types);

    /// <summary>The sibling of the method's definition that is declared beside it or in a base type.</summary>
    public IMethodSymbol? Sibling(IMethodSymbol method) => _siblings.GetOrAdd(method.OriginalDefinition, FindSibling);

    /// <summary>The sibling that is an extension method in scope at the call.</summary>
    public IMethodSymbol? Extension(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        // The framework's own types have their siblings beside them; extensions of others on them are somebody's taste.
        if (call.SemanticModel is null || RootNamespace(method) is "System" || !CouldHaveTwin(method))
            return null;
        var key = (method.OriginalDefinition, call.Syntax.SyntaxTree);
        return _extended.GetOrAdd(key, _ => FindExtension(call) is not null) ? FindExtension(call) : null;
    }

    private IMethodSymbol? FindSibling(IMethodSymbol method)
    {
        if (!CouldHaveTwin(method))
            return null;
        IMethodSymbol? best = null;
        var name = method.Name + "Async";
        foreach (var type in method.ContainingType.SelfAndBases())
        {
            foreach (var member in type.GetMembers(name))
            {
                if (member is IMethodSymbol candidate && candidate.IsStatic == method.IsStatic && candidate.IsExtensionMethod == method.IsExtensionMethod
                    && candidate.InTermsOf(method) is { } same && IsTwin(method, same, extensionOfReceiver: false))
                    best = Better(best, same);
            }
        }
        return best is null || _wrong.Contains(method) ? null : best;
    }

    private IMethodSymbol? FindExtension(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        if (call.Receiver()?.Bare().Type is not { } receiver || receiver is IErrorTypeSymbol)
            return null;
        IMethodSymbol? best = null;
        var found = call.SemanticModel!.LookupSymbols(call.Syntax.SpanStart, receiver, method.Name + "Async", includeReducedExtensionMethods: true);
        foreach (var symbol in found)
        {
            if (symbol is IMethodSymbol { MethodKind: MethodKind.ReducedExtension } candidate
                && candidate.InTermsOf(method) is { } same && IsTwin(method, same, method.IsExtensionMethod))
                best = Better(best, same);
        }
        return best is null || _wrong.Contains(method) ? null : best;
    }

    private bool CouldHaveTwin(IMethodSymbol method) =>
        method.MethodKind is MethodKind.Ordinary
        && !method.IsAsync
        && method.Name is not "Dispose"
        && !method.ReturnsByRef && !method.ReturnsByRefReadonly
        // What can be awaited does not block, whatever its name.
        && !types.IsAwaitable(method.ReturnType)
        // Waiting for a task is the business of another rule.
        && !method.ContainingType.IsOrInherits(types.Task);

    private bool IsTwin(IMethodSymbol method, IMethodSymbol candidate, bool extensionOfReceiver)
    {
        if (candidate.IsObsolete() || Awaitables.AwaitedType(candidate.ReturnType) is not { } result || !result.Is(method.ReturnType))
            return false;
        var matched = extensionOfReceiver ? 1 : 0;
        foreach (var parameter in candidate.Parameters)
        {
            if (matched < method.Parameters.Length && IsSameOrMemory(method.Parameters[matched], parameter))
                matched++;
            else if (!parameter.IsOptional && !types.IsToken(parameter.Type))
                return false;
        }
        return matched == method.Parameters.Length;
    }

    // Span cannot cross an await, so the sibling of Read(Span<byte>) is ReadAsync(Memory<byte>); whether the argument fits
    // is asked at the call.
    private static bool IsSameOrMemory(IParameterSymbol plain, IParameterSymbol twin)
    {
        if (plain.IsParams == twin.IsParams && Signatures.IsSame(plain, twin))
            return true;
        return plain.Type is INamedTypeSymbol { Arity: 1 } span && twin.Type is INamedTypeSymbol { Arity: 1 } memory
            && (span.Name, memory.Name) is ("Span", "Memory") or ("ReadOnlySpan", "ReadOnlyMemory")
            && span.TypeArguments[0].Is(memory.TypeArguments[0]);
    }

    // The twin with the fewest extras; the overloads with a token are found from it.
    private static IMethodSymbol Better(IMethodSymbol? best, IMethodSymbol other) =>
        best is null || other.Parameters.Length < best.Parameters.Length ? other : best;

    private static string? RootNamespace(IMethodSymbol method)
    {
        var space = method.ContainingNamespace;
        while (space is { IsGlobalNamespace: false, ContainingNamespace: { IsGlobalNamespace: false } around })
            space = around;
        return space?.Name;
    }
}
