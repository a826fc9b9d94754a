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
    private readonly Dictionary<ISymbol, int?> _permits = new(SymbolEqualityComparer.Default);
    private readonly List<(ISymbol Member, AccessKind Kind, IOperation Operation, Place Place)> _accesses = [];
    private readonly List<CallSite> _sites = [];

    private TypeModelBuilder(INamedTypeSymbol type, KnownTypes types, List<Body> bodies, CancellationToken cancellationToken)
    {
        _type = type;
        _types = types;
        _bodies = bodies;
        _cancellationToken = cancellationToken;
    }

    /// <summary>The model; null when the type locks in a way the engine does not follow, so that nothing can be said.</summary>
    public static TypeModel? Build(INamedTypeSymbol type, KnownTypes types, List<Body> bodies, CancellationToken cancellationToken)
    {
        var builder = new TypeModelBuilder(type, types, bodies, cancellationToken);
        if (builder.HasUnmodelledLock())
            return null;
        builder.CollectAssignments();
        var scopes = new HeldScopes(new GuardTerms(builder._assignedLate, builder._permits));
        return builder.CollectUses(scopes) ? builder.Assemble(scopes) : null;
    }

    // ReaderWriterLock, AsyncLock, a lock class of the project: their calls are not in the table.
    private bool HasUnmodelledLock()
    {
        foreach (var member in _type.GetMembers())
        {
            if (member is IFieldSymbol field && !LockPrimitives.IsSynchronizer(field.Type) && field.Type.TypeKind is TypeKind.Class or TypeKind.Struct or TypeKind.Interface
                && (EndsLikeLock(field.Type.Name) || field.Type.Name == "ReaderWriterLock"))
                return true;
        }
        return false;
    }

    private static bool EndsLikeLock(string name) =>
        name.EndsWith("Lock", StringComparison.Ordinal) || name.EndsWith("Mutex", StringComparison.Ordinal) || name.EndsWith("Semaphore", StringComparison.Ordinal)
        || name.EndsWith("Monitor", StringComparison.Ordinal) || name.EndsWith("Locker", StringComparison.Ordinal);

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
                        NotePermits(field, initializer.Value);
                }
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
        int? count = value.Unwrap() is IObjectCreationOperation { Arguments: { Length: > 0 } arguments } && arguments[0].Value.ConstantValue is { HasValue: true, Value: int constant } ? constant : null;
        _permits[member] = _permits.TryGetValue(member, out var before) && before != count ? null : count;
    }

    private bool CollectUses(HeldScopes scopes)
    {
        foreach (var body in _bodies)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            // A lock taken here and given back elsewhere is a protocol between functions.
            if (IsUnbalanced(scopes.CallsIn(body.Operation)))
                return false;
            foreach (var operation in body.Operation.DescendantsAndSelf())
            {
                switch (operation)
                {
                    case IInvocationOperation call:
                        AddSite(call.TargetMethod, call.Instance, call.TargetMethod.IsStatic, DelegateUse.Now, call, body.Owner, scopes);
                        break;
                    case IMethodReferenceOperation group:
                        AddSite(group.Method, group.Instance, group.Method.IsStatic, DelegateUses.Of(group), group, body.Owner, scopes);
                        break;
                    case IMemberReferenceOperation reference when reference.Member is IFieldSymbol or IPropertySymbol:
                        if (reference.Member is IPropertySymbol property)
                            AddSite(property, reference.Instance, property.IsStatic, DelegateUse.Now, reference, body.Owner, scopes);
                        AddAccess(reference, body.Owner, scopes);
                        break;
                }
            }
        }
        return true;
    }

    private static bool IsUnbalanced(IReadOnlyList<LockCall> calls)
    {
        var acquires = 0;
        foreach (var call in calls)
            acquires += call.IsAcquire ? 1 : 0;
        return calls.Count > 0 && (acquires == 0 || acquires == calls.Count);
    }

    private void AddSite(ISymbol callee, IOperation? instance, bool isStatic, DelegateUse use, IOperation operation, ISymbol owner, HeldScopes scopes)
    {
        var target = callee.OriginalDefinition;
        if (callee is not IMethodSymbol { MethodKind: MethodKind.LocalFunction } && !IsInType(target.ContainingType))
            return;
        var keeps = isStatic || instance is null or IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance };
        _sites.Add(new CallSite(target, scopes.At(operation, owner), keeps, use));
    }

    private void AddAccess(IMemberReferenceOperation reference, ISymbol owner, HeldScopes scopes)
    {
        var member = reference.Member.OriginalDefinition;
        // Only objects that all functions name alike: this, and statics.
        if (!IsInType(member.ContainingType) || reference.Instance is not (null or IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance }))
            return;
        if (TypeOfState(member) is not { } type || AccessShapes.Of(reference, type) is not { } kind)
            return;
        _accesses.Add((member, kind, reference, scopes.At(reference, owner)));
    }

    private bool IsInType(INamedTypeSymbol? type)
    {
        for (; type is not null; type = type.ContainingType)
        {
            if (type.OriginalDefinition.Is(_type))
                return true;
        }
        return false;
    }

    // The type of a member that is state; null for constants, synchronisers and what is made for threads.
    private static ITypeSymbol? TypeOfState(ISymbol member)
    {
        var type = member switch
        {
            IFieldSymbol field when StateFields.IsState(field) => field.Type,
            IPropertySymbol { Parameters.Length: 0 } property when IsAuto(property) => property.Type,
            _ => null,
        };
        if (type is null or { TypeKind: TypeKind.Error } || LockPrimitives.IsSynchronizer(type))
            return null;
        foreach (var attribute in member.GetAttributes())
        {
            if (attribute.AttributeClass?.Name == "ThreadStaticAttribute")
                return null;
        }
        return type;
    }

    private static bool IsAuto(IPropertySymbol property)
    {
        foreach (var member in property.ContainingType.GetMembers())
        {
            if (member is IFieldSymbol field && property.Is(field.AssociatedSymbol))
                return true;
        }
        return false;
    }

    private TypeModel Assemble(HeldScopes scopes)
    {
        var entries = new Entries(_type, _sites, _cancellationToken);
        var accesses = new Dictionary<ISymbol, List<Access>>(SymbolEqualityComparer.Default);
        var atomics = new Dictionary<ISymbol, List<Access>>(SymbolEqualityComparer.Default);
        foreach (var (member, kind, operation, place) in _accesses)
        {
            var byMember = _atomic.Contains(member) || member is IFieldSymbol { IsVolatile: true } ? atomics : accesses;
            if (!byMember.TryGetValue(member, out var list))
                byMember[member] = list = [];
            list.Add(new Access(member, kind, operation, place.Function, entries.HeldAt(place), entries.IsConstruction(place)));
        }
        var guards = new List<FieldGuard>();
        foreach (var pair in accesses)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            if (GuardInference.Of(pair.Key, pair.Value) is { } guard)
                guards.Add(guard);
        }
        return new TypeModel(_type, accesses, atomics, guards, _bodies, new EvidenceFinder(_types, _bodies, _cancellationToken), new HeldPlaces(scopes, entries));
    }
}
