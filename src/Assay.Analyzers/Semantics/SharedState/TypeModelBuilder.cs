using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>Builds the model of one type from the bodies of its members: first what is assigned, then accesses and calls.</summary>
internal sealed class TypeModelBuilder
{
    private readonly INamedTypeSymbol _type;
    private readonly KnownTypes _types;
    private readonly List<Body> _bodies;
    private readonly CancellationToken _cancellationToken;
    private readonly HashSet<ISymbol> _assignedLate = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ISymbol> _atomic = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ISymbol> _ownLocks = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<ISymbol, int?> _permits = new(SymbolEqualityComparer.Default);

    private TypeModelBuilder(INamedTypeSymbol type, KnownTypes types, List<Body> bodies, CancellationToken cancellationToken)
    {
        _type = type;
        _types = types;
        _bodies = bodies;
        _cancellationToken = cancellationToken;
    }

    /// <summary>The model; null when the type locks in a way the engine does not follow, so that nothing can be said.</summary>
    public static TypeModel? Build(INamedTypeSymbol type, KnownTypes types, List<Body> bodies, TypeLocks locks, CancellationToken cancellationToken)
    {
        var builder = new TypeModelBuilder(type, types, bodies, cancellationToken);
        if (HasUnmodelledLock(type))
            return null;
        builder.CollectAssignments();
        var terms = new GuardTerms(builder._assignedLate, builder._permits);
        var scopes = new HeldScopes(terms, locks);
        return builder.FindScopeMakers(terms, scopes) ? builder.Assemble(terms, scopes) : null;
    }

    // ReaderWriterLock, a lock class of the project without scopes: their calls are not in the table.
    private static bool HasUnmodelledLock(INamedTypeSymbol type)
    {
        foreach (var member in type.GetMembers())
        {
            if (member is IFieldSymbol field && !LockPrimitives.IsSynchronizer(field.Type) && ScopedLocks.IsUnmodelled(field.Type)
                || member is IFieldSymbol { Type.Name: "ReaderWriterLock" }
                || member is INamedTypeSymbol nested && HasUnmodelledLock(nested))
                return true;
        }
        return false;
    }

    private void CollectAssignments()
    {
        foreach (var body in _bodies)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            foreach (var operation in body.Operation.DescendantsAndSelf())
            {
                if (operation is IFieldInitializerOperation initializer)
                {
                    foreach (var field in initializer.InitializedFields)
                    {
                        NotePermits(field, initializer.Value);
                        if (initializer.Value.Unwrap() is IObjectCreationOperation)
                            _ownLocks.Add(field);
                    }
                }
                if (operation is IPropertyInitializerOperation kept)
                {
                    foreach (var property in kept.InitializedProperties)
                    {
                        NotePermits(property, kept.Value);
                        if (kept.Value.Unwrap() is IObjectCreationOperation)
                            _ownLocks.Add(property);
                    }
                }
                if (operation is IParameterReferenceOperation { Parameter: var captured } && AccessShapes.Assigned(operation) is not null && PrimaryParameters.Is(captured))
                    _assignedLate.Add(captured);
                if (operation is not IMemberReferenceOperation reference || reference.Member is not (IFieldSymbol or IPropertySymbol))
                    continue;
                var member = reference.Member.OriginalDefinition;
                if (AccessShapes.IsAtomicUse(reference))
                    _atomic.Add(member);
                if (AccessShapes.Assigned(reference) is null)
                    continue;
                if (reference.Parent is ISimpleAssignmentOperation assignment)
                    NotePermits(member, assignment.Value);
                if (body.Owner is not IMethodSymbol { MethodKind: MethodKind.Constructor or MethodKind.StaticConstructor })
                    _assignedLate.Add(member);
            }
        }
    }

    private void NotePermits(ISymbol member, IOperation value)
    {
        if (member is not (IFieldSymbol { Type.Name: "SemaphoreSlim" } or IPropertySymbol { Type.Name: "SemaphoreSlim" }))
            return;
        int? count = value.Unwrap() is IObjectCreationOperation { Arguments: { Length: > 0 } arguments } && arguments.At(0).Value.ConstantValue is { HasValue: true, Value: int constant } ? constant : null;
        _permits[member] = _permits.TryGetValue(member, out var before) && before != count ? null : count;
    }

    // A lock taken here and given back elsewhere is a protocol between functions; only the scope that is handed out is followed.
    private bool FindScopeMakers(GuardTerms terms, HeldScopes scopes)
    {
        foreach (var body in _bodies)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            var calls = scopes.CallsIn(body.Operation);
            if (calls.Count == 0)
                continue;
            if (body.Owner is IMethodSymbol method && ScopedLocks.IsScope(method) && HandedOut(calls) is { } handed && terms.Of(handed.Target) is { } term && terms.Excludes(handed.Target))
                scopes.AddScopeMaker(method, term, handed.Mode);
            else if (IsUnbalanced(calls) && body.Owner is not IMethodSymbol { Name: "Dispose" or "DisposeAsync" })
                return false;
        }
        return true;
    }

    // The one lock that the function itself takes and that only a lambda gives back, if anybody here does.
    private static LockCall? HandedOut(IReadOnlyList<LockCall> calls)
    {
        LockCall? acquired = null;
        foreach (var call in calls)
        {
            var isInLambda = IsInLambda(call.Call);
            if (call.IsAcquire && (isInLambda || acquired is not null || !call.IsCertain) || !call.IsAcquire && !isInLambda)
                return null;
            acquired = call.IsAcquire ? call : acquired;
        }
        return acquired;
    }

    private static bool IsInLambda(IOperation operation)
    {
        for (var around = operation.Parent; around is not null; around = around.Parent)
        {
            if (around is IAnonymousFunctionOperation or ILocalFunctionOperation)
                return true;
        }
        return false;
    }

    private static bool IsUnbalanced(IReadOnlyList<LockCall> calls)
    {
        var acquires = 0;
        foreach (var call in calls)
            acquires += call.IsAcquire ? 1 : 0;
        return acquires == 0 || acquires == calls.Count;
    }

    private TypeModel Assemble(GuardTerms terms, HeldScopes scopes)
    {
        var collector = new Collector(_type, terms, scopes);
        foreach (var body in _bodies)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            collector.Collect(body);
        }
        var entries = new Entries(_type, collector.Sites, VisibleLocks.AreIn(_type) ? CallsFromOutside() : [], collector.RunsDispose, terms, _cancellationToken);
        var (accesses, atomics) = AccessesByMember(collector, entries, terms);
        var guards = new List<FieldGuard>();
        foreach (var pair in accesses)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            if (GuardInference.Of(pair.Key, pair.Value) is { } guard)
                guards.Add(guard);
        }
        var places = new HeldPlaces(terms, scopes, entries, OutsideCallers.Of(_types));
        return new TypeModel(_type, accesses, atomics, guards, _bodies, new EvidenceFinder(_types, _bodies, _cancellationToken), places)
        {
            Inherited = collector.Inherited.ConvertAll(i => new Access(i.Member, i.Kind, i.Operation, i.Place.Function, entries.HeldAt(i.Place), entries.IsConstruction(i.Place))),
            Acquisitions = collector.Acquisitions.ConvertAll(a => a.Acquisition with { Held = entries.HeldAt(a.Place) }),
            Calls = collector.Calls.ConvertAll(c => new CallUse(c.Operation, c.Callee, c.Place.Function, c.Place.Held, entries.HeldAt(c.Place), c.Place.IsConcurrent)),
        };
    }

    private (Dictionary<ISymbol, List<Access>> Accesses, Dictionary<ISymbol, List<Access>> Atomics) AccessesByMember(Collector collector, Entries entries, GuardTerms terms)
    {
        var accesses = new Dictionary<ISymbol, List<Access>>(SymbolEqualityComparer.Default);
        var atomics = new Dictionary<ISymbol, List<Access>>(SymbolEqualityComparer.Default);
        var ends = new ConstructionEnds();
        foreach (var raw in collector.Accesses)
        {
            var byMember = _atomic.Contains(raw.Member) || raw.Member is IFieldSymbol { IsVolatile: true } ? atomics : accesses;
            if (!byMember.TryGetValue(raw.Member, out var list))
                byMember[raw.Member] = list = [];
            var held = SeenFrom(raw.Base, raw.Place.Function, entries.HeldAt(raw.Place), terms);
            // A constructor that copies another object is not that one's.
            var isConstruction = !raw.Base.IsArgument && entries.IsConstruction(raw.Place) && !(IsConstructor(raw.Place.Function) && ends.IsBehind(raw.Operation));
            list.Add(new Access(raw.Member, raw.Kind, raw.Operation, raw.Place.Function, held, isConstruction));
        }
        return (accesses, atomics);
    }

    // Only where others can take a lock of the type can their locks be named in it.
    private List<CallSite> CallsFromOutside()
    {
        var calls = new List<CallSite>();
        if (ClosedWorld.HasFriends(_type.ContainingAssembly))
            return calls;
        var callers = OutsideCallers.Of(_types);
        foreach (var function in VisibleLocks.FunctionsOf(_type))
        {
            _cancellationToken.ThrowIfCancellationRequested();
            if (callers.CallsFromOutside(function, _type, _cancellationToken) is { } found)
                calls.AddRange(found);
        }
        return calls;
    }

    private static bool IsConstructor(IMethodSymbol? function) => function is { MethodKind: MethodKind.Constructor };

    // The locks by the names that the accessed object has for them. What it cannot name may still be its guard.
    private HeldSet SeenFrom(StablePath path, IMethodSymbol? function, HeldSet held, GuardTerms terms)
    {
        // An object from a call, a loop or a caller of the type may be one that nobody else sees.
        var isKnown = path.IsOwn || path.IsArgument && function is { DeclaredAccessibility: not (Accessibility.Private or Accessibility.NotApplicable) };
        if (held.Must.IsEmpty)
            return isKnown ? held : HeldSet.Unknown;
        var seen = new Dictionary<GuardTerm, LockMode>();
        var unnamed = 0;
        foreach (var term in held.Must)
        {
            if (term.IsStatic)
                seen[term] = held.ModeOf(term);
            else if (StablePath.IsWithin(term.Path, path.Text))
                seen[terms.Rebase(term, path.Text, StablePath.This)] = held.ModeOf(term);
            else if (!isKnown || !path.IsArgument || !IsOfOneObject(term))
                unnamed++;
        }
        return HeldSet.Of(seen, held.IsUncertain || unnamed > 0);
    }

    // Each object made this lock for itself: it keeps nobody from another object.
    private bool IsOfOneObject(GuardTerm term) => term.IsOwn && term.Member is { } member && term.Path.IndexOf('.') == term.Path.LastIndexOf('.') && _ownLocks.Contains(member);
}
