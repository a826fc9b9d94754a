using Assay.Analyzers.Semantics.Collections;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>What code creates on first use.</summary>
/// <param name="Name">The object as messages name it.</param>
/// <param name="HasIdentity">Whether it matters that there is only one: it holds something, or others change it.</param>
internal sealed record LazyCreation(string Name, bool HasIdentity)
{
    private static readonly string[] s_effects = ["Connect", "Open", "Start", "Register", "Subscribe", "Listen", "Spawn"];

    /// <summary>The creation that the race is about; null when it does not matter which of two equal objects stays.</summary>
    public static LazyCreation? Of(MemberRace race, TypeModel model)
    {
        var value = race.Act.Operation.Parent switch
        {
            ISimpleAssignmentOperation assignment => assignment.Value,
            ICoalesceAssignmentOperation assignment => assignment.Value,
            _ => null,
        };
        if (value is null || TypeOf(value) is not { IsReferenceType: true } type || IsPlain(type) || IsRemembered(value))
            return null;
        // The compiler's own caches, and code that the author calls from one thread, keep quiet.
        if (race.Act.Member.Name.IndexOf('<') >= 0 || race.Evidence.Kind == EvidenceKind.Neighbour)
            return null;
        var isCreated = CreatedIn(value) is not null;
        var hasIdentity = isCreated && !MemoizedValue.IsStateless(type) && !IsEmptyObject(type) && IsUsedAsOne(type, race, model) || value.Bare() is IInvocationOperation call && IsHeld(type) && (HasEffect(call.TargetMethod) || IsMade(call.TargetMethod) && IsGivenBack(race, model));
        return new($"a '{type.Name}'", hasIdentity);
    }

    // `NullScope.Instance`: of an object without state one is as good as the other, disposable or not. What it inherits is not read.
    private static bool IsEmptyObject(ITypeSymbol type)
    {
        if (type.DeclaringSyntaxReferences.IsEmpty || type.BaseType is not { SpecialType: SpecialType.System_Object })
            return IsNullObject(type);
        foreach (var member in type.GetMembers())
        {
            if (member is IFieldSymbol { IsStatic: false } or IEventSymbol { IsStatic: false } or IMethodSymbol { MethodKind: MethodKind.Constructor, IsImplicitlyDeclared: false, Parameters.IsEmpty: false })
                return false;
        }
        return true;
    }

    private static bool IsNullObject(ITypeSymbol type) => type.Name.StartsWith("Null", StringComparison.Ordinal) || type.Name.StartsWith("Empty", StringComparison.Ordinal);

    private static ITypeSymbol? TypeOf(IOperation value)
    {
        value = value.Bare();
        return value is ILocalReferenceOperation local && LocalWrites.OnlyValue(local)?.Bare().Type is { } created ? created : value.Type;
    }

    private static IOperation? CreatedIn(IOperation value)
    {
        value = value.Bare();
        if (value is ILocalReferenceOperation local)
            value = LocalWrites.OnlyValue(local)?.Bare() ?? value;
        return value is IObjectCreationOperation ? value : null;
    }

    // Equal text, delegates, descriptions of types and what may be collected at any time stand for each other.
    private static bool IsPlain(ITypeSymbol type) =>
        type.SpecialType is SpecialType.System_String or SpecialType.System_Object || type.TypeKind is TypeKind.Delegate or TypeKind.Array or TypeKind.TypeParameter or TypeKind.Error
        || type.ContainingNamespace is { Name: "Reflection" or "Immutable" or "Frozen" or "RegularExpressions" } || type.Name is "Type" or "Exception" or "CultureInfo" or "Encoding" or "ResourceManager" or "WeakReference"
        || type.Name.StartsWith("ReadOnly", StringComparison.Ordinal) || type.Name.EndsWith("Comparer", StringComparison.Ordinal) || type.Name.EndsWith("Exception", StringComparison.Ordinal);

    // What was given, or kept elsewhere, is the same object for both.
    private static bool IsRemembered(IOperation value) => value.Bare() is IParameterReferenceOperation or IMemberReferenceOperation or ILiteralOperation or IInstanceReferenceOperation;

    // What a factory makes need not be given back, when nobody ever does.
    private static bool IsMade(IMethodSymbol method) => method.Name.StartsWith("Create", StringComparison.Ordinal) || method.Name.StartsWith("Build", StringComparison.Ordinal);

    private static bool IsGivenBack(MemberRace race, TypeModel model) =>
        model.AccessesOf(race.Act.Member).Any(a => a.Operation.Parent is IInvocationOperation { TargetMethod.Name: "Dispose" or "DisposeAsync" or "Close" } or IConditionalAccessOperation { WhenNotNull: IInvocationOperation { TargetMethod.Name: "Dispose" or "DisposeAsync" or "Close" } });

    private static bool HasEffect(IMethodSymbol method)
    {
        foreach (var word in s_effects)
        {
            if (method.Name.StartsWith(word, StringComparison.Ordinal))
                return true;
        }
        return false;
    }

    // Disposables hold something that the lost one does not give back.
    private static bool IsHeld(ITypeSymbol type)
    {
        foreach (var contract in type.AllInterfaces)
        {
            if (contract.SpecialType == SpecialType.System_IDisposable || contract.Name == "IAsyncDisposable")
                return true;
        }
        return false;
    }

    // A collection or an object that is filled where it is created is a cache; one that others add to loses what the first added.
    private static bool IsUsedAsOne(ITypeSymbol type, MemberRace race, TypeModel model)
    {
        if (IsHeld(type) || IsGate(type))
            return true;
        foreach (var access in model.AccessesOf(race.Act.Member))
        {
            if (access.Kind == AccessKind.ContainerWrite && !access.IsConstruction || access.Kind == AccessKind.Read && IsChangedThrough(access.Operation))
                return true;
        }
        return false;
    }

    private static bool IsGate(ITypeSymbol type) => type.Name is "SemaphoreSlim" or "Lock" or "ReaderWriterLockSlim" || type.Name.StartsWith("Concurrent", StringComparison.Ordinal);

    private static bool IsChangedThrough(IOperation read) => read.Parent switch
    {
        IPropertyReferenceOperation property => AccessShapes.Assigned(property) is not null,
        IFieldReferenceOperation field => AccessShapes.Assigned(field) is not null,
        IInvocationOperation { TargetMethod: { Name: var name } } call when call.Instance == read =>
            name.StartsWith("Add", StringComparison.Ordinal) || name.StartsWith("Set", StringComparison.Ordinal) || name.StartsWith("Enqueue", StringComparison.Ordinal)
            || name.StartsWith("Register", StringComparison.Ordinal) || name.StartsWith("Remove", StringComparison.Ordinal) || name.StartsWith("Push", StringComparison.Ordinal),
        _ => false,
    };
}
