using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>An access before the locks of its callers are known.</summary>
internal readonly record struct RawAccess(ISymbol Member, AccessKind Kind, IOperation Operation, StablePath Base, Place Place);

/// <summary>Reads accesses, acquisitions and calls from the bodies of one outermost type.</summary>
internal sealed class Collector(INamedTypeSymbol type, GuardTerms terms, HeldScopes scopes)
{
    private static readonly StablePath s_this = new(StablePath.This, null, null, true, false);

    private (IOperation? Operation, Place Place) _last;

    public List<RawAccess> Accesses { get; } = [];

    /// <summary>The accesses of the outermost type to what its base classes declare.</summary>
    public List<RawAccess> Inherited { get; } = [];

    public List<(Acquisition Acquisition, Place Place)> Acquisitions { get; } = [];

    public List<(IOperation Operation, ISymbol Callee, Place Place)> Calls { get; } = [];

    public List<CallSite> Sites { get; } = [];

    /// <summary>Whether the type itself ends objects that it may have handed out, or gives locks back where one ends.</summary>
    public bool RunsDispose { get; private set; }

    public void Collect(Body body)
    {
        if (body.Owner is IMethodSymbol method && HeldScopes.IsSynchronized(method))
        {
            var entered = new Acquisition(terms.OfSynchronized(method), LockKind.Monitor, LockMode.Exclusive, true, body.Operation, method, HeldSet.Empty);
            Acquisitions.Add((entered, new Place(HeldSet.Empty, method, false)));
        }
        foreach (var operation in body.Operation.DescendantsAndSelf())
        {
            switch (operation)
            {
                case ILockOperation @lock:
                    AddAcquisition(terms.Of(@lock.LockedValue), LockPrimitives.KindOf(@lock.LockedValue.Type), LockMode.Exclusive, true, @lock.LockedValue, body.Owner);
                    break;
                case IInvocationOperation call:
                    AddCall(call, body.Owner);
                    break;
                case IObjectCreationOperation { Constructor: { } constructor }:
                    Calls.Add((operation, constructor.OriginalDefinition, PlaceOf(operation, body.Owner)));
                    AddSite(constructor, null, DelegateUse.Now, operation, body.Owner);
                    break;
                case IUsingOperation or IUsingDeclarationOperation when HoldsOwnOrUnknown(operation):
                    RunsDispose = true;
                    break;
                case IMethodReferenceOperation group:
                    AddSite(group.Method, group.Instance, DelegateUses.Of(group), group, body.Owner);
                    break;
                case IMemberReferenceOperation { Member: IFieldSymbol or IPropertySymbol } reference:
                    AddReference(reference, body.Owner);
                    break;
                case IParameterReferenceOperation { Parameter: var captured } when PrimaryParameters.Is(captured) && !captured.ContainingSymbol.Is(body.Owner):
                    AddCaptured(operation, captured, body.Owner);
                    break;
            }
        }
    }

    // An operation is asked for as a call, as a site and as an access.
    private Place PlaceOf(IOperation operation, ISymbol owner)
    {
        if (_last.Operation != operation)
            _last = (operation, scopes.At(operation, owner));
        return _last.Place;
    }

    private void AddReference(IMemberReferenceOperation reference, ISymbol owner)
    {
        if (reference.Member is IPropertySymbol property)
        {
            AddSite(property, reference.Instance, DelegateUse.Now, reference, owner);
            if (!AutoProperties.Is(property))
            {
                Calls.Add((reference, property.OriginalDefinition, PlaceOf(reference, owner)));
                return;
            }
        }
        AddAccess(reference, owner);
    }

    private void AddCall(IInvocationOperation call, ISymbol owner)
    {
        AddSite(call.TargetMethod, call.Instance, DelegateUse.Now, call, owner);
        RunsDispose |= call.TargetMethod.Name == "Dispose" && IsOwnOrUnknown(call.TargetMethod.ContainingType);
        if (LockPrimitives.Of(call) is { } primitive)
        {
            RunsDispose |= !primitive.IsAcquire && owner.Name == "Dispose";
            if (primitive.IsAcquire && !terms.IsNoLock(primitive.Target))
                AddAcquisition(terms.Of(primitive.Target), primitive.Kind, primitive.Mode, primitive.IsCertain, call, owner);
            return;
        }
        if (scopes.ScopeOf(call) is { Term: { } term } scope)
            AddAcquisition(term, term.Kind, scope.Mode, true, call, owner);
        Calls.Add((call, call.TargetMethod.OriginalDefinition, PlaceOf(call, owner)));
    }

    private void AddAcquisition(GuardTerm? term, LockKind kind, LockMode mode, bool isCertain, IOperation operation, ISymbol owner)
    {
        var place = PlaceOf(operation, owner);
        Acquisitions.Add((new Acquisition(term, kind, mode, isCertain, operation, place.Function, place.Held), place));
    }

    private void AddSite(ISymbol callee, IOperation? instance, DelegateUse use, IOperation operation, ISymbol owner)
    {
        var target = callee.OriginalDefinition;
        if (callee is not IMethodSymbol { MethodKind: MethodKind.LocalFunction } && !IsInType(target.ContainingType))
            return;
        var keeps = callee.IsStatic || instance is null or IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance };
        Sites.Add(new CallSite(target, PlaceOf(operation, owner), keeps, use, operation));
    }

    private void AddAccess(IMemberReferenceOperation reference, ISymbol owner)
    {
        var member = AutoProperties.StateOf(reference.Member.OriginalDefinition);
        if (!IsInType(member.ContainingType))
        {
            AddInherited(reference, member, owner);
            return;
        }
        if (TypeOfState(member) is not { } state || AccessShapes.Of(reference, state) is not { } kind)
            return;
        // Only objects that have a name, and that somebody else can see.
        if (BaseOf(reference) is { IsFresh: false } path)
            Accesses.Add(new RawAccess(member, kind, reference, path, PlaceOf(reference, owner)));
    }

    private void AddInherited(IMemberReferenceOperation reference, ISymbol member, ISymbol owner)
    {
        if (reference.Instance is not IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance } || !member.ContainingAssembly.Is(type.ContainingAssembly) || !owner.ContainingType.Is(type))
            return;
        if (TypeOfState(member) is { } state && AccessShapes.Of(reference, state) is { } kind)
            Inherited.Add(new RawAccess(member, kind, reference, s_this, PlaceOf(reference, owner)));
    }

    // A parameter of a primary constructor that members use is a field without a name.
    private void AddCaptured(IOperation reference, IParameterSymbol captured, ISymbol owner)
    {
        if (captured.Type.TypeKind != TypeKind.Error && !LockPrimitives.IsSynchronizer(captured.Type) && AccessShapes.Of(reference, captured.Type) is { } kind)
            Accesses.Add(new RawAccess(captured, kind, reference, s_this, PlaceOf(reference, owner)));
    }

    private StablePath? BaseOf(IMemberReferenceOperation reference) => reference.Instance switch
    {
        null => s_this,
        IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance } => s_this,
        IInstanceReferenceOperation => null,
        var instance => terms.PathOf(instance),
    };

    private bool HoldsOwnOrUnknown(IOperation @using)
    {
        foreach (var operation in @using.Descendants())
        {
            if (operation is IVariableDeclaratorOperation { Symbol.Type: INamedTypeSymbol declared } && IsOwnOrUnknown(declared)
                || @using is IUsingOperation { Resources: { Type: INamedTypeSymbol held } resource } && resource == operation && IsOwnOrUnknown(held))
                return true;
        }
        return false;
    }

    private bool IsOwnOrUnknown(INamedTypeSymbol disposed) => disposed.TypeKind == TypeKind.Interface || IsInType(disposed.ContainingType);

    private bool IsInType(INamedTypeSymbol? container)
    {
        for (; container is not null; container = container.ContainingType)
        {
            if (container.OriginalDefinition.Is(type))
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
            IPropertySymbol { Parameters.Length: 0 } property when AutoProperties.HasField(property) => property.Type,
            _ => null,
        };
        // `Missing?` of a type that is not there looks like a nullable struct.
        if (type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T, TypeArguments: { Length: 1 } arguments } && arguments[0].TypeKind == TypeKind.Error)
            return null;
        if (type is null or { TypeKind: TypeKind.Error } || LockPrimitives.IsSynchronizer(type))
            return null;
        foreach (var attribute in member.GetAttributes())
        {
            if (attribute.AttributeClass?.Name == "ThreadStaticAttribute")
                return null;
        }
        return type;
    }
}
