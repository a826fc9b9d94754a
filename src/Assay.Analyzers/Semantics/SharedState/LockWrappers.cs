using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>
/// The functions of a type that take or give back a lock for their callers, and the other ways in which a lock that one
/// function took becomes the business of other code.
/// </summary>
internal sealed class LockWrappers
{
    private readonly Dictionary<ISymbol, HashSet<string>> _unpaired = new(SymbolEqualityComparer.Default);
    // Releases of locks that the function or the lambda does not take itself.
    private readonly Dictionary<ISymbol, HashSet<string>> _releases = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<SyntaxNode, HashSet<string>> _lambdas = [];
    private readonly HashSet<string> _released = new(StringComparer.Ordinal);

    /// <summary>Takes in the calls of one function.</summary>
    public void Add(ISymbol? function, SyntaxNode? lambda, IReadOnlyList<LockSite> sites)
    {
        foreach (var site in sites)
        {
            if (site.Key is not { } key)
                continue;
            if (!site.IsAcquire)
                _released.Add(key);
            var isPaired = false;
            foreach (var other in sites)
                isPaired |= other.Key == key && other.IsAcquire != site.IsAcquire;
            if (isPaired)
                continue;
            if (function is not null)
                Keys(_unpaired, function).Add(key);
            if (!site.IsAcquire)
                NoteRelease(function, lambda, key);
        }
    }

    /// <summary>Whether any function of the type gives the lock back.</summary>
    public bool IsReleasedAnywhere(string key) => _released.Contains(key);

    /// <summary>Whether a function other than the given one gives the lock back without taking it.</summary>
    public bool IsReleasedElsewhere(string key, ISymbol? function)
    {
        foreach (var pair in _releases)
        {
            if (pair.Value.Contains(key) && !pair.Key.Is(function))
                return true;
        }
        foreach (var keys in _lambdas.Values)
        {
            if (keys.Contains(key))
                return true;
        }
        return false;
    }

    /// <summary>The acquires whose lock the call takes, gives back, or is given as an argument.</summary>
    public ulong TouchedBy(IInvocationOperation call, IReadOnlyList<LockSite> acquires)
    {
        var touched = Given(call.Arguments, acquires);
        if (_unpaired.TryGetValue(call.TargetMethod.OriginalDefinition, out var keys))
            touched |= Matching(keys, acquires);
        return touched;
    }

    /// <summary>The acquires whose lock a new object is given, to release it when it is disposed.</summary>
    public ulong IsGiven(IObjectCreationOperation creation, IReadOnlyList<LockSite> acquires)
    {
        var given = Given(creation.Arguments, acquires);
        foreach (var argument in creation.Arguments)
        {
            if (argument.Value.Bare() is not IInstanceReferenceOperation || !IsDisposable(creation.Type))
                continue;
            for (var i = 0; i < acquires.Count; i++)
                given |= acquires[i].Key?.StartsWith("this.", StringComparison.Ordinal) == true ? HeldState.Bit(i) : 0;
        }
        return given;
    }

    /// <summary>The acquires whose lock a lambda or a named function gives back, once it runs.</summary>
    public ulong ReleasedBy(IOperation function, IReadOnlyList<LockSite> acquires)
    {
        if (function is IMethodReferenceOperation { Method: var method })
            return _releases.TryGetValue(method.OriginalDefinition, out var known) ? Matching(known, acquires) : 0;
        var released = 0UL;
        foreach (var pair in _lambdas)
        {
            if (function.Syntax.Span.Contains(pair.Key.Span) && function.Syntax.SyntaxTree == pair.Key.SyntaxTree)
                released |= Matching(pair.Value, acquires);
        }
        return released;
    }

    /// <summary>Whether what a function returns can give back a lock.</summary>
    public static bool IsDisposable(ITypeSymbol? type)
    {
        if (type is null)
            return false;
        if (type.Name is "IDisposable" or "IAsyncDisposable")
            return true;
        foreach (var implemented in type.AllInterfaces)
        {
            if (implemented.Name is "IDisposable" or "IAsyncDisposable")
                return true;
        }
        // A ref struct has the method alone.
        return type.IsRefLikeType && !type.GetMembers("Dispose").IsEmpty;
    }

    private void NoteRelease(ISymbol? function, SyntaxNode? lambda, string key)
    {
        if (function is not null)
            Keys(_releases, function).Add(key);
        if (lambda is null)
            return;
        if (!_lambdas.TryGetValue(lambda, out var keys))
            _lambdas[lambda] = keys = new(StringComparer.Ordinal);
        keys.Add(key);
    }

    private static HashSet<string> Keys(Dictionary<ISymbol, HashSet<string>> of, ISymbol function)
    {
        if (!of.TryGetValue(function, out var keys))
            of[function] = keys = new(StringComparer.Ordinal);
        return keys;
    }

    private static ulong Given(System.Collections.Immutable.ImmutableArray<IArgumentOperation> arguments, IReadOnlyList<LockSite> acquires)
    {
        var given = 0UL;
        foreach (var argument in arguments)
        {
            if (argument.Value.Bare() is not (IFieldReferenceOperation or ILocalReferenceOperation or IParameterReferenceOperation or IPropertyReferenceOperation) || LockPaths.Of(argument.Value, null) is not { } path)
                continue;
            for (var i = 0; i < acquires.Count; i++)
                given |= acquires[i] is { Key: { } key, Type: not "Monitor" } && (key == path || key.StartsWith(path + "|", StringComparison.Ordinal)) ? HeldState.Bit(i) : 0;
        }
        return given;
    }

    private static ulong Matching(HashSet<string> keys, IReadOnlyList<LockSite> acquires)
    {
        var matching = 0UL;
        for (var i = 0; i < acquires.Count; i++)
            matching |= acquires[i].Key is { } key && keys.Contains(key) ? HeldState.Bit(i) : 0;
        return matching;
    }
}
