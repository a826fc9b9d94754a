using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Collections;

/// <summary>
/// Tells a memo, where two threads that compute the same value for a key do no harm, from a value of which only one may exist:
/// a lock, a connection, a list that others add to, a number that is given out once.
/// </summary>
internal static class MemoizedValue
{
    private const int MostAliases = 3;

    /// <summary>
    /// Whether what the act puts under its key is computed from something given, holds no state, and is not changed in place
    /// elsewhere: then it does not matter which of two equal values stays.
    /// </summary>
    public static bool IsAddedBy(CollectionAct act, CollectionRead check)
    {
        var value = act.Operation switch
        {
            ISimpleAssignmentOperation assignment => assignment.Value,
            IInvocationOperation { Arguments.Length: 2 } call => call.Arguments[1].Value,
            _ => null,
        };
        // A mark for a key that was only asked for stands for something that is done once: the mail sent, the port taken.
        if (value is { ConstantValue.HasValue: true } && check.Name == "ContainsKey")
            return false;
        if (value is null || !(IsComputed(value, check, MostAliases) || IsOfSameObject(value, act.Key)) || !IsStateless(TypeOf(value)))
            return false;
        return Sharing.Path(act.Collection) is not { } path || !MemberUses.IsReplacedInPlace(path);
    }

    private static ITypeSymbol? TypeOf(IOperation value) => value.Unwrap().Type ?? value.Type;

    private static bool IsComputed(IOperation value, CollectionRead check, int aliases)
    {
        value = value.Unwrap();
        switch (value)
        {
            case ISimpleAssignmentOperation chained:
                return IsComputed(chained.Value, check, aliases);
            case IConversionOperation conversion:
                return IsComputed(conversion.Operand, check, aliases);
            case IConditionalOperation choice:
                return IsComputed(choice.WhenTrue, check, aliases) && choice.WhenFalse is { } other && IsComputed(other, check, aliases);
            case ILocalReferenceOperation local when aliases > 0:
                return IsComputedVariable(local.Local, local, check, aliases);
            case IParameterReferenceOperation parameter when aliases > 0:
                return IsComputedVariable(parameter.Parameter, parameter, check, aliases);
            case IDelegateCreationOperation:
                return true;
            case IInvocationOperation { Arguments.IsEmpty: true, Instance: IInstanceReferenceOperation or null, TargetMethod: { MethodKind: not MethodKind.LocalFunction, IsGenericMethod: false } }:
                // Another value every time: Next(), CreateGate(). A type argument is something given.
                return false;
            case IInvocationOperation or IObjectCreationOperation { Arguments.IsEmpty: false }:
                return !IsNumber(value.Type) && !value.DescendantsAndSelf().Any(IsUnrepeatable);
            default:
                return value.ConstantValue is { HasValue: true, Value: null or bool };
        }
    }

    private static bool IsComputedVariable(ISymbol variable, IOperation use, CollectionRead check, int aliases)
    {
        var isWritten = false;
        foreach (var source in LocalWrites.Reaching(variable, use))
        {
            // The miss of the check itself.
            if (source.Parent == check.Operation)
                continue;
            isWritten = true;
            // What another lookup found is a copy of what is shared already.
            if (source is not IArgumentOperation && !IsComputed(source, check, aliases - 1))
                return false;
        }
        return isWritten;
    }

    // d[order.Id] = order.Name: the same for everybody who has the order.
    private static bool IsOfSameObject(IOperation value, IOperation? key)
    {
        var (owner, other) = (Owner(value), key is null ? null : Owner(key));
        return owner is not null && owner.IsSameAs(other);
    }

    private static IOperation? Owner(IOperation operation)
    {
        var owner = operation.Unwrap();
        if (owner is not IMemberReferenceOperation)
            return null;
        while (owner is IMemberReferenceOperation { Instance: { } instance })
            owner = instance.Unwrap();
        return owner is IParameterReferenceOperation or ILocalReferenceOperation ? owner : null;
    }

    // A number may be an identity that is given out once; a hash or a size cannot be told from it.
    private static bool IsNumber(ITypeSymbol? type) =>
        type is { SpecialType: >= SpecialType.System_Char and <= SpecialType.System_Double } or { Name: "Guid" };

    private static bool IsUnrepeatable(IOperation operation) => operation switch
    {
        IIncrementOrDecrementOperation or ICompoundAssignmentOperation => true,
        IMemberReferenceOperation { Member: { Name: "Now" or "UtcNow" or "Today" or "TickCount" or "TickCount64" } } => true,
        IInvocationOperation { TargetMethod: { } method } =>
            method.ContainingType?.Name is "Interlocked" or "Random" or "Guid" or "Stopwatch" or "TimeProvider" || method.Name.StartsWith("Next", StringComparison.Ordinal),
        _ => false,
    };

    /// <summary>Whether two equal objects of the type can stand for each other: nothing in them changes, and they hold nothing.</summary>
    public static bool IsStateless(ITypeSymbol? type)
    {
        if (type is null or ITypeParameterSymbol || type.SpecialType == SpecialType.System_Object)
            return false;
        if (type.SpecialType == SpecialType.System_String || type.TypeKind is TypeKind.Enum or TypeKind.Delegate or TypeKind.Array || type.SpecialType == SpecialType.System_Boolean)
            return true;
        if (IsInherentlyStateful(type))
            return false;
        for (var current = type; current is not null && current.SpecialType is not (SpecialType.System_Object or SpecialType.System_ValueType); current = current.BaseType)
        {
            foreach (var member in current.GetMembers())
            {
                if (!member.IsStatic && CanChange(member))
                    return false;
            }
        }
        return true;
    }

    // Tasks run their work, collections are added to, disposables hold something, weak references keep an identity.
    private static bool IsInherentlyStateful(ITypeSymbol type)
    {
        if (type.Name is "Task" or "ValueTask" or "Lazy" or "AsyncLazy" or "WeakReference" or "StringBuilder" or "SemaphoreSlim" or "Lock")
            return true;
        foreach (var contract in type.AllInterfaces)
        {
            if (contract.SpecialType is SpecialType.System_IDisposable or SpecialType.System_Collections_Generic_ICollection_T || contract.Name is "IAsyncDisposable" or "ICollection")
                return !type.Name.StartsWith("Immutable", StringComparison.Ordinal) && !type.Name.StartsWith("Frozen", StringComparison.Ordinal) && !type.Name.StartsWith("ReadOnly", StringComparison.Ordinal);
        }
        return type.OriginalDefinition.SpecialType == SpecialType.System_Collections_Generic_ICollection_T;
    }

    private static bool CanChange(ISymbol member) => member switch
    {
        IFieldSymbol field => !field.IsReadOnly && !field.IsConst && field.AssociatedSymbol is null or IEventSymbol,
        IPropertySymbol property => property.SetMethod is { IsInitOnly: false },
        IEventSymbol => true,
        _ => false,
    };
}
