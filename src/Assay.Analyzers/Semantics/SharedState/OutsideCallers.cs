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
    private readonly ConcurrentDictionary<ISymbol, CallersHold> _knownLater = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<ISymbol, bool> _tooMany = new(SymbolEqualityComparer.Default);

    private OutsideCallers(KnownTypes types) => _types = types;

    public static OutsideCallers Of(KnownTypes types) => s_perCompilation.GetValue(types.Compilation, _ => new OutsideCallers(types));

    /// <summary>The functions with more mentions than are looked into.</summary>
    public IEnumerable<ISymbol> TooOftenNamed => _tooMany.Keys;

    /// <summary>What the callers of the function hold when they call it, or still hold behind its first await.</summary>
    public CallersHold HeldBy(ISymbol function, bool isLater, CancellationToken cancellationToken)
    {
        var answers = isLater ? _knownLater : _known;
        return answers.GetOrAdd(function, f => Find(new Question(f, isLater, MostHops), new(SymbolEqualityComparer.Default), cancellationToken) ?? CallersHold.Nothing);
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
            var entry = place.IsConcurrent || place.Function is { } around && HeldBy(Entries.KeyOf(around), place.IsLater, cancellationToken) == CallersHold.Nothing ? HeldSet.Empty : HeldSet.Unknown;
            sites.Add(new CallSite(function.OriginalDefinition, new Place(place.Held.Within(entry), null, place.IsConcurrent), false, DelegateUse.Now, operation) { Terms = terms });
        }
        return sites;
    }

    private CallersHold? Find(Question asked, HashSet<ISymbol> open, CancellationToken cancellationToken)
    {
        if (ClosedWorld.NamesOf(asked.Function) is not { } names)
            return CallersHold.Nothing;
        if (asked.Hops == 0)
            return CallersHold.Unknown;
        // A function that calls itself adds nothing to what its other callers hold.
        if (!open.Add(asked.Function.OriginalDefinition))
            return null;
        var (found, isCalled) = ((CallersHold?)null, false);
        foreach (var use in Uses(asked.Function, names, cancellationToken))
        {
            if (use is not { } name)
                return CallersHold.Unknown;
            isCalled = true;
            var held = HeldAt(name, asked, open, cancellationToken);
            if (held == CallersHold.Nothing)
                return held;
            found = held == CallersHold.Locks ? held : found ?? held;
        }
        // Nobody in sight: a framework calls it, by reflection or as an entry point.
        return isCalled ? found : CallersHold.Nothing;
    }

    private CallersHold? HeldAt(SimpleNameSyntax name, Question asked, HashSet<ISymbol> open, CancellationToken cancellationToken)
    {
        var caller = new CallerBody(name, ModelOf(name.SyntaxTree), cancellationToken);
        // Nobody else has the object while its owner is being made; an attribute or a nameof calls nothing.
        if (caller.Owner is not IMethodSymbol { MethodKind: not (MethodKind.Constructor or MethodKind.StaticConstructor) } around)
            return null;
        if (!caller.IsCall)
            return CallersHold.Nothing;
        var isLater = asked.IsLater;
        if (isLater || around.IsAsync || caller.IsNested || caller.MayLock(s_acquires))
        {
            if (caller.Find(asked.Function) is not { } operation)
                return CallersHold.Unknown;
            var place = caller.PlaceOf(operation, caller.Terms(), _types, cancellationToken);
            // The callee is on its own behind its first await, unless its caller awaits it.
            if (isLater && !IsAwaited(operation))
                return CallersHold.Nothing;
            if (IsLocked(place, asked))
                return CallersHold.Locks;
            if (place.IsConcurrent)
                return CallersHold.Nothing;
            if (place.Function is null)
                return CallersHold.Unknown;
            (around, isLater) = (place.Function, isLater || place.IsLater);
        }
        return Find(new Question(Entries.KeyOf(around), isLater, asked.Hops - 1), open, cancellationToken);
    }

    private static bool IsAwaited(IOperation operation) => operation is IInvocationOperation call && call.DirectAwait() is not null;

    // What all instances share, a lock of each of them does not guard; and what a thread holds, an await ends.
    private static bool IsLocked(Place place, Question asked)
    {
        foreach (var term in place.Held.Must)
        {
            if ((term.IsStatic || !asked.Function.IsStatic) && !(asked.IsLater && term.IsThreadAffine))
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

    /// <summary>What is asked of the callers of a function.</summary>
    /// <param name="Function">The function.</param>
    /// <param name="IsLater">Whether the place in question stands behind its first await.</param>
    /// <param name="Hops">How many calls are still followed.</param>
    private readonly record struct Question(ISymbol Function, bool IsLater, int Hops);
}
