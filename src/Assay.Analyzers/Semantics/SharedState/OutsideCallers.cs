using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>What the callers of a function hold, all of the compilation included.</summary>
internal enum CallersHold
{
    /// <summary>At least one caller certainly holds nothing, or code that cannot be seen may call.</summary>
    Nothing,

    /// <summary>Every caller that is understood holds a lock, or may hold one.</summary>
    Locks,

    /// <summary>No caller is understood.</summary>
    Unknown,
}

/// <summary>
/// Follows the functions that only the compilation can call to their callers in all types, and asks what these hold. Nothing is
/// indexed: callers are searched by name when somebody asks, and the search ends at the first that holds nothing.
/// </summary>
internal sealed class OutsideCallers
{
    /// <summary>The uses of one name that are looked into; a function beyond it is unknown, and AnalysisLimit says so.</summary>
    public const int MostMentions = 1000;

    // Longer chains of calls hold conditions that no summary knows.
    private const int MostHops = 4;

    private static readonly ConditionalWeakTable<Compilation, OutsideCallers> s_perCompilation = new();
    private static readonly string[] s_acquires = ["Enter", "TryEnter", "EnterScope", "Wait", "WaitAsync", "WaitOne", "Lock", "LockAsync", "Acquire", "AcquireAsync"];

    private readonly KnownTypes _types;
    private readonly ConcurrentDictionary<SyntaxTree, SemanticModel> _models = new();
    private readonly ConcurrentDictionary<ISymbol, CallersHold> _known = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<ISymbol, bool> _tooMany = new(SymbolEqualityComparer.Default);

    private OutsideCallers(KnownTypes types) => _types = types;

    public static OutsideCallers Of(KnownTypes types) => s_perCompilation.GetValue(types.Compilation, _ => new OutsideCallers(types));

    /// <summary>The functions with more mentions than are looked into.</summary>
    public IEnumerable<ISymbol> TooOftenNamed => _tooMany.Keys;

    /// <summary>What the callers of the function hold when they call it.</summary>
    public CallersHold HeldBy(ISymbol function, CancellationToken cancellationToken)
    {
        if (!_known.TryGetValue(function, out var known))
            _known[function] = known = Find(function, MostHops, new(SymbolEqualityComparer.Default), cancellationToken) ?? CallersHold.Nothing;
        return known;
    }

    /// <summary>The calls of the function from other types; null when some of them are not understood.</summary>
    public List<CallSite>? CallsFromOutside(ISymbol function, INamedTypeSymbol type, CancellationToken cancellationToken)
    {
        if (ClosedWorld.NamesOf(function) is not { } names)
            return null;
        var sites = new List<CallSite>();
        foreach (var use in Uses(function, names, cancellationToken))
        {
            if (use is not { } name)
                return null;
            var caller = new CallerBody(name, ModelOf(name.SyntaxTree), cancellationToken);
            if (caller.Owner is null || IsWithin(caller.Owner, type))
                continue;
            if (!caller.IsCall || caller.Find(function) is not { } operation)
                return null;
            // Nobody else has the object while its owner is being made.
            if (IsConstructor(caller.Owner))
                continue;
            var terms = caller.Terms();
            var place = caller.PlaceOf(operation, terms, _types, cancellationToken);
            var entry = place.IsConcurrent || place.Function is { } around && HeldBy(Entries.KeyOf(around), cancellationToken) == CallersHold.Nothing ? HeldSet.Empty : HeldSet.Unknown;
            sites.Add(new CallSite(function.OriginalDefinition, new Place(place.Held.Within(entry), null, place.IsConcurrent), false, DelegateUse.Now, operation) { Terms = terms });
        }
        return sites;
    }

    private CallersHold? Find(ISymbol function, int hops, HashSet<ISymbol> open, CancellationToken cancellationToken)
    {
        if (ClosedWorld.NamesOf(function) is not { } names)
            return CallersHold.Nothing;
        if (hops == 0)
            return CallersHold.Unknown;
        // A function that calls itself adds nothing to what its other callers hold.
        if (!open.Add(function.OriginalDefinition))
            return null;
        var (found, isCalled) = ((CallersHold?)null, false);
        foreach (var use in Uses(function, names, cancellationToken))
        {
            if (use is not { } name)
                return CallersHold.Unknown;
            isCalled = true;
            var held = HeldAt(name, function, hops, open, cancellationToken);
            if (held == CallersHold.Nothing)
                return held;
            found = held == CallersHold.Locks ? held : found ?? held;
        }
        // Nobody in sight: a framework calls it, by reflection or as an entry point.
        return isCalled ? found : CallersHold.Nothing;
    }

    private CallersHold? HeldAt(SimpleNameSyntax name, ISymbol function, int hops, HashSet<ISymbol> open, CancellationToken cancellationToken)
    {
        var caller = new CallerBody(name, ModelOf(name.SyntaxTree), cancellationToken);
        // Nobody else has the object while its owner is being made; an attribute or a nameof calls nothing.
        if (caller.Owner is null || IsConstructor(caller.Owner))
            return null;
        if (!caller.IsCall)
            return CallersHold.Nothing;
        ISymbol? around = caller.Owner;
        if (caller.IsNested || caller.MayLock(s_acquires))
        {
            if (caller.Find(function) is not { } operation)
                return CallersHold.Unknown;
            var place = caller.PlaceOf(operation, caller.Terms(), _types, cancellationToken);
            if (IsLocked(place, function))
                return CallersHold.Locks;
            if (place.IsConcurrent)
                return CallersHold.Nothing;
            around = place.Function;
        }
        return around switch
        {
            null => CallersHold.Unknown,
            IMethodSymbol method => Find(Entries.KeyOf(method), hops - 1, open, cancellationToken),
            _ => Find(around, hops - 1, open, cancellationToken),
        };
    }

    // What all instances share, a lock of each of them does not guard.
    private static bool IsLocked(Place place, ISymbol function)
    {
        foreach (var term in place.Held.Must)
        {
            if (term.IsStatic || !function.IsStatic)
                return true;
        }
        return place.Held.IsUncertain && place.Function is not null;
    }

    // Null at the end when there are more mentions than are looked into.
    private IEnumerable<SimpleNameSyntax?> Uses(ISymbol function, HashSet<ISymbol> names, CancellationToken cancellationToken)
    {
        var count = 0;
        foreach (var name in Mentions.Of(function.Name, _types.Compilation, cancellationToken))
        {
            if (++count > MostMentions)
            {
                _tooMany[function.OriginalDefinition] = true;
                yield return null;
                yield break;
            }
            var symbol = ModelOf(name.SyntaxTree).GetSymbolInfo(name, cancellationToken).Symbol;
            if (symbol is IMethodSymbol { ReducedFrom: { } extension })
                symbol = extension;
            if (symbol is not null && names.Contains(symbol.OriginalDefinition) && !CallerBody.IsInNameof(name))
                yield return name;
        }
    }

    private SemanticModel ModelOf(SyntaxTree tree) => _models.GetOrAdd(tree, t => _types.Compilation.GetSemanticModel(t));

    private static bool IsConstructor(ISymbol owner) => owner is not IMethodSymbol method || method.MethodKind is MethodKind.Constructor or MethodKind.StaticConstructor;

    private static bool IsWithin(ISymbol member, INamedTypeSymbol type)
    {
        for (var container = member.ContainingType; container is not null; container = container.ContainingType)
        {
            if (container.OriginalDefinition.Is(type.OriginalDefinition))
                return true;
        }
        return false;
    }
}
