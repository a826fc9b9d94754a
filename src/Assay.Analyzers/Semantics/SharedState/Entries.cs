using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>A place that calls a function of the type, or hands it to somebody.</summary>
/// <param name="Callee">The method, or the property of an accessor.</param>
/// <param name="Place">Where the call stands.</param>
/// <param name="KeepsReceiver">Whether the callee's this is the caller's.</param>
/// <param name="Use">Now for a call; how a method group is used otherwise.</param>
/// <param name="Operation">The call, the use of the property or the method group.</param>
internal readonly record struct CallSite(ISymbol Callee, Place Place, bool KeepsReceiver, DelegateUse Use, IOperation Operation)
{
    /// <summary>What names the caller's locks; null when that is the callee's type itself.</summary>
    public GuardTerms? Terms { get; init; }
}

/// <summary>
/// The locks held on entry of each function. Functions that only the type can call take what all their callers hold; others
/// start with none.
/// </summary>
internal sealed class Entries
{
    private readonly Dictionary<ISymbol, List<CallSite>> _sites = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<ISymbol, HeldSet> _held = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ISymbol> _constructing = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ISymbol> _underLocks = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ISymbol> _calledFromOutside = new(SymbolEqualityComparer.Default);
    private readonly INamedTypeSymbol _type;
    private readonly GuardTerms _terms;
    private readonly bool _runsDispose;

    /// <param name="type">The outermost type.</param>
    /// <param name="sites">The calls of its functions in the type.</param>
    /// <param name="outside">All calls from other types, of functions that only the compilation can call.</param>
    /// <param name="runsDispose">Whether the type calls its own Dispose.</param>
    /// <param name="terms">What names the locks of the type.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    public Entries(INamedTypeSymbol type, List<CallSite> sites, List<CallSite> outside, bool runsDispose, GuardTerms terms, CancellationToken cancellationToken)
    {
        _type = type;
        _runsDispose = runsDispose;
        _terms = terms;
        foreach (var site in outside)
            _calledFromOutside.Add(site.Callee);
        foreach (var site in sites.Concat(outside))
        {
            if (!IsClosed(site.Callee))
                continue;
            if (!_sites.TryGetValue(site.Callee, out var list))
                _sites[site.Callee] = list = [];
            list.Add(site);
        }
        FindConstruction(cancellationToken);
        FindUnderLocks(sites, cancellationToken);
        FindHeld(cancellationToken);
    }

    /// <summary>The symbol under which a function is kept: a property for its accessors.</summary>
    public static ISymbol KeyOf(IMethodSymbol function) => (function.AssociatedSymbol ?? function).OriginalDefinition;

    public HeldSet HeldAt(Place place)
    {
        if (place.IsConcurrent)
            return place.Held;
        if (place.Function is null)
            return place.Held;
        var entry = EntryOf(place.Function);
        return place.Held.Within(place.IsLater && !entry.Must.IsEmpty ? Later(entry, KeyOf(place.Function)) : entry);
    }

    // What is left of the callers' locks behind the first await: the caller's thread has gone on, unless it waits for the task.
    private HeldSet Later(HeldSet entry, ISymbol function)
    {
        var (isAwaited, isDropped) = (true, true);
        foreach (var site in _sites.TryGetValue(function, out var sites) ? sites : [])
        {
            isAwaited &= site.Operation is IInvocationOperation call && call.DirectAwait() is not null;
            isDropped &= site.Operation.Parent is IExpressionStatementOperation or ISimpleAssignmentOperation { Target: IDiscardOperation };
        }
        return entry.Where(term => isAwaited && !term.IsThreadAffine, entry.IsUncertain || !isDropped);
    }

    /// <summary>
    /// Whether a caller is seen that holds no lock, or none is seen at all. The answer to the question whether a race can
    /// happen; <see cref="HeldAt"/> tells what is certain on all ways.
    /// </summary>
    public bool MayEnterBare(IMethodSymbol function) => MayEnterBare(KeyOf(function), new(SymbolEqualityComparer.Default));

    private bool MayEnterBare(ISymbol function, HashSet<ISymbol> seen)
    {
        if (!seen.Add(function))
            return false;
        if (!IsClosed(function))
            return !IsOpenToHolders(function);
        if (!_sites.TryGetValue(function, out var sites))
            return true;
        foreach (var site in sites)
        {
            if (site.Use != DelegateUse.Now)
                return true;
            if (IsConstruction(site.Place) || !site.Place.Own.Must.IsEmpty || site.Place.Own.IsUncertain)
                continue;
            if (site.Place.IsConcurrent || site.Place.Function is not { } caller || MayEnterBare(KeyOf(caller), seen))
                return true;
        }
        return false;
    }

    public bool IsConstruction(Place place)
    {
        if (place.IsConcurrent || place.Function is null)
            return false;
        return place.Function.MethodKind is MethodKind.Constructor or MethodKind.StaticConstructor || _constructing.Contains(KeyOf(place.Function));
    }

    private HeldSet EntryOf(IMethodSymbol function)
    {
        var key = KeyOf(function);
        if (_held.TryGetValue(key, out var known))
            return known;
        // Nobody is seen calling it, or it may be called by code of another type that holds what cannot be seen.
        return IsClosed(key) || IsOpenToHolders(key) ? HeldSet.Unknown : HeldSet.Empty;
    }

    // Optimistic: everything called is construction until a caller is not.
    private void FindConstruction(CancellationToken cancellationToken)
    {
        foreach (var callee in _sites.Keys)
            _constructing.Add(callee);
        for (var changed = true; changed;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            changed = false;
            foreach (var pair in _sites)
            {
                if (_constructing.Contains(pair.Key) && !pair.Value.TrueForAll(s => s.Use == DelegateUse.Now && s.KeepsReceiver && IsConstruction(s.Place)))
                    changed |= _constructing.Remove(pair.Key);
            }
        }
    }

    // A protected or internal function that the type itself calls under a lock expects the lock of its other callers too.
    private void FindUnderLocks(List<CallSite> sites, CancellationToken cancellationToken)
    {
        for (var changed = true; changed;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            changed = false;
            foreach (var site in sites)
            {
                var isHeld = site.Place.Held.IsUncertain || !site.Place.Held.Must.IsEmpty
                    || !site.Place.IsConcurrent && site.Place.Function is { } caller && _underLocks.Contains(KeyOf(caller));
                if (isHeld && (site.Callee.DeclaredAccessibility != Accessibility.Public || site.Callee is IMethodSymbol { MethodKind: MethodKind.Constructor }))
                    changed |= _underLocks.Add(site.Callee);
            }
        }
    }

    private void FindHeld(CancellationToken cancellationToken)
    {
        for (var changed = true; changed;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            changed = false;
            foreach (var pair in _sites)
            {
                if (MeetOfCallers(pair.Value) is not { } met || _held.TryGetValue(pair.Key, out var before) && before.IsSameAs(met))
                    continue;
                // Only ever less: that is what ends the loop.
                _held[pair.Key] = _held.TryGetValue(pair.Key, out before) ? before.Meet(met) : met;
                changed |= before is null || !before.IsSameAs(_held[pair.Key]);
            }
        }
    }

    private HeldSet? MeetOfCallers(List<CallSite> sites)
    {
        HeldSet? met = null;
        foreach (var site in sites)
        {
            if (site.Use == DelegateUse.Now && IsConstruction(site.Place))
                continue;
            // A caller that is not known yet counts in a later round.
            if (site.Use == DelegateUse.Now && site.Place is { IsConcurrent: false, Function: { } caller } && _sites.ContainsKey(KeyOf(caller)) && !_held.ContainsKey(KeyOf(caller)))
                continue;
            var held = site.Use switch
            {
                DelegateUse.Now => Translated(HeldAt(site.Place), site),
                DelegateUse.Concurrent => HeldSet.Empty,
                _ => HeldSet.Unknown,
            };
            met = met is null ? held : met.Meet(held);
        }
        return met;
    }

    // The caller's locks by the names that the callee has for them: its own object and its parameters. Others have none there.
    private HeldSet Translated(HeldSet held, CallSite site)
    {
        if (held.Must.IsEmpty || site.Callee is IMethodSymbol { MethodKind: MethodKind.LocalFunction })
            return held;
        var translated = new Dictionary<GuardTerm, LockMode>();
        foreach (var term in held.Must)
        {
            if (InCallee(term, site) is { } named)
                translated[named] = held.ModeOf(term);
        }
        return HeldSet.Of(translated, held.IsUncertain || translated.Count < held.Must.Count);
    }

    private GuardTerm? InCallee(GuardTerm term, CallSite site)
    {
        if (term.IsStatic)
            return _terms.Rebase(term, term.Path, term.Path);
        if (term.IsOwn && site.KeepsReceiver && !site.Callee.IsStatic)
            return term;
        var names = site.Terms ?? _terms;
        var receiver = (site.Operation as IInvocationOperation)?.Instance ?? (site.Operation as IMemberReferenceOperation)?.Instance;
        if (receiver is not null && names.PathOf(receiver) is { } own && StablePath.IsWithin(term.Path, own.Text))
            return _terms.Rebase(term, own.Text, StablePath.This);
        foreach (var argument in (site.Operation as IInvocationOperation)?.Arguments ?? [])
        {
            if (argument.Parameter is { } parameter && names.PathOf(argument.Value) is { } path && StablePath.IsWithin(term.Path, path.Text))
                return _terms.Rebase(term, path.Text, _terms.RootOf("arg", parameter.OriginalDefinition));
        }
        // A lock of this stays held in a static function, though nothing there names it.
        return term.IsOwn && site.KeepsReceiver ? term : null;
    }

    private bool IsClosed(ISymbol function)
    {
        if (function is IMethodSymbol { MethodKind: MethodKind.LocalFunction } || _calledFromOutside.Contains(function))
            return true;
        if (function is IMethodSymbol { MethodKind: not (MethodKind.Ordinary or MethodKind.PropertyGet or MethodKind.PropertySet) })
            return false;
        if (function is IMethodSymbol { ExplicitInterfaceImplementations.Length: > 0 } or IPropertySymbol { ExplicitInterfaceImplementations.Length: > 0 })
            return false;
        if (function.DeclaredAccessibility == Accessibility.Private)
            return true;
        return IsInPrivateType(function) && !function.IsOverride && !function.IsVirtual && function.ContainingType.AllInterfaces.IsEmpty;
    }

    // Code that may run while a base class, a friend of the assembly or the outer type holds the lock.
    private bool IsOpenToHolders(ISymbol function) =>
        function.IsOverride && function.DeclaredAccessibility is not Accessibility.Public && !TypeSharing.IsLifecycle(function)
        || function.DeclaredAccessibility is not Accessibility.Public && SpeaksOfCallersLock(function.Name)
        || _underLocks.Contains(function)
        || CallersPromise.IsMade(function)
        || GuardAttributes.Of(function) is not null
        || IsInPrivateType(function) && !IsLeftToOthers(function);

    // The subscription that is handed out: whoever has it ends it, and holds no lock of this type.
    private bool IsLeftToOthers(ISymbol function) =>
        !_runsDispose && function is IMethodSymbol { Name: "Dispose", Parameters.IsEmpty: true, ContainingType: { } container } && container.AllInterfaces.Any(i => i.SpecialType == SpecialType.System_IDisposable);

    private bool IsInPrivateType(ISymbol function)
    {
        for (var type = function.ContainingType; type is not null && !type.Is(_type); type = type.ContainingType)
        {
            if (type.DeclaredAccessibility == Accessibility.Private)
                return true;
        }
        return false;
    }

    private static bool SpeaksOfCallersLock(string name)
    {
        foreach (var word in new[] { "Lock", "Unsafe", "Sync", "Core", "Internal", "Inner" })
        {
            if (name.IndexOf(word, StringComparison.Ordinal) >= 0)
                return true;
        }
        return false;
    }
}
