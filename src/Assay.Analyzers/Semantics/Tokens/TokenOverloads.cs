using System.Collections.Concurrent;
using Assay.Analyzers.Semantics.Tasks;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Semantics.Tokens;

/// <summary>
/// Where a method could take a CancellationToken: its own optional parameter, or an overload that differs by a token only.
/// One instance serves one compilation.
/// </summary>
internal sealed class TokenOverloads(KnownTypes types)
{
    private readonly ConcurrentDictionary<IMethodSymbol, TokenSlot?> _slots = new(SymbolEqualityComparer.Default);

    /// <summary>The slot of the method's definition; null when it has none or must be given a token anyway.</summary>
    public TokenSlot? Of(IMethodSymbol method) => _slots.GetOrAdd(method.OriginalDefinition, Find);

    private TokenSlot? Find(IMethodSymbol method)
    {
        if (method.MethodKind is not (MethodKind.Ordinary or MethodKind.LocalFunction))
            return null;
        var own = OwnToken(method, out var count);
        // A required token is always written, and with two tokens nobody but the author knows which is meant.
        if (count > 0)
            return count == 1 && own is { IsOptional: true } ? new TokenSlot(method, own, NeedsAwait: false) : null;
        if (method.MethodKind == MethodKind.LocalFunction)
            return null;
        return FindOverload(method);
    }

    private IParameterSymbol? OwnToken(IMethodSymbol method, out int count)
    {
        IParameterSymbol? token = null;
        count = 0;
        foreach (var parameter in method.Parameters)
        {
            if (!types.IsToken(parameter.Type))
                continue;
            token = parameter;
            count++;
        }
        return token;
    }

    private TokenSlot? FindOverload(IMethodSymbol method)
    {
        TokenSlot? awaited = null;
        foreach (var type in method.ContainingType.SelfAndBases())
        {
            foreach (var member in type.GetMembers(method.Name))
            {
                if (member is not IMethodSymbol candidate || Compare(method, candidate) is not { } slot)
                    continue;
                if (!slot.NeedsAwait)
                    return slot;
                awaited ??= slot;
            }
        }
        return awaited;
    }

    private TokenSlot? Compare(IMethodSymbol method, IMethodSymbol candidate)
    {
        if (candidate.Parameters.Length != method.Parameters.Length + 1 || candidate.IsStatic != method.IsStatic)
            return null;
        if (candidate.IsExtensionMethod != method.IsExtensionMethod || candidate.InTermsOf(method) is not { } same)
            return null;
        if (ExtraToken(method, same) is not { } token || candidate.IsObsolete())
            return null;
        if (same.ReturnType.Is(method.ReturnType))
            return new TokenSlot(same, token, NeedsAwait: false);
        // TextReader.ReadLineAsync gives a Task without and a ValueTask with a token; behind `await` that is the same.
        return Awaitables.AwaitedType(method.ReturnType) is { } result && result.Is(Awaitables.AwaitedType(same.ReturnType))
            ? new TokenSlot(same, token, NeedsAwait: true)
            : null;
    }

    private IParameterSymbol? ExtraToken(IMethodSymbol plain, IMethodSymbol richer)
    {
        IParameterSymbol? token = null;
        var matched = 0;
        foreach (var parameter in richer.Parameters)
        {
            if (matched < plain.Parameters.Length && Signatures.IsSame(plain.Parameters[matched], parameter))
                matched++;
            else if (token is null && types.IsToken(parameter.Type))
                token = parameter;
            else
                return null;
        }
        return matched == plain.Parameters.Length ? token : null;
    }
}

/// <summary>A place for a token.</summary>
/// <param name="Target">The method that takes the token; its parameters are those of the call's method and the token.</param>
/// <param name="Parameter">The token's parameter in <paramref name="Target"/>.</param>
/// <param name="NeedsAwait">Whether the target returns another awaitable, which only an <c>await</c> makes equal.</param>
internal sealed record TokenSlot(IMethodSymbol Target, IParameterSymbol Parameter, bool NeedsAwait);
