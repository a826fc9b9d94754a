using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>Tells from the operations around a reference what is done to the field.</summary>
internal static class AccessShapes
{
    private static readonly string[] s_readingPrefixes =
        ["Contains", "TryGet", "TryPeek", "Peek", "IndexOf", "LastIndexOf", "Find", "Exists", "To", "Copy", "Get", "Binary", "As", "ForEach", "Convert", "TrueForAll", "Equals", "Is", "Overlaps", "SetEquals"];

    /// <summary>The kind of the access; null when the reference reads nothing or hands the field to an atomic operation.</summary>
    public static AccessKind? Of(IOperation reference, ITypeSymbol type)
    {
        var child = reference;
        while (child.Parent is IConversionOperation or IParenthesizedOperation)
            child = child.Parent;
        switch (child.Parent)
        {
            case INameOfOperation or IAddressOfOperation or IInvalidOperation or null:
            // Who locks an object does not look into it.
            case ILockOperation @lock when @lock.LockedValue == child:
            case IArgumentOperation { Parent: IInvocationOperation { TargetMethod.ContainingType.Name: "Monitor" } }:
                return null;
            case IArrayElementReferenceOperation element when element.ArrayReference != child:
                return AccessKind.Read;
            case IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out } argument:
                return IsAtomic(argument) ? null : argument.Parameter.RefKind == RefKind.Out ? AccessKind.Write : AccessKind.ReadModifyWrite;
            case IArgumentOperation argument:
                return IsCollection(type) && Enumerates(argument) ? AccessKind.ContainerRead : AccessKind.Read;
            case IForEachLoopOperation loop when loop.Collection == child && IsCollection(type):
                return AccessKind.ContainerRead;
            case IConditionalAccessOperation access when access.Operation == child:
                return OfMember(access.WhenNotNull, type);
            case IInvocationOperation or IPropertyReferenceOperation or IFieldReferenceOperation or IArrayElementReferenceOperation:
                return OfMember(child.Parent, type);
            default:
                return Assigned(child) ?? AccessKind.Read;
        }
    }

    /// <summary>Whether the content of the field is state of the field: a mutable collection that is not made for many threads.</summary>
    public static bool IsCollection(ITypeSymbol type)
    {
        if (type.ContainingNamespace is not { Name: "Generic" or "Collections" } space || space is { Name: "Generic", ContainingNamespace.Name: not "Collections" })
            return false;
        return type.Name is "List" or "Dictionary" or "HashSet" or "Queue" or "Stack" or "SortedDictionary" or "SortedList" or "SortedSet"
            or "LinkedList" or "PriorityQueue" or "OrderedDictionary" or "ArrayList";
    }

    /// <summary>Whether the reference is handed to Interlocked, Volatile or an unknown address.</summary>
    public static bool IsAtomicUse(IOperation reference) =>
        reference.Parent is IAddressOfOperation || reference.Parent is IArgumentOperation { Parameter.RefKind: not RefKind.None } argument && IsAtomic(argument);

    /// <summary>Whether the operation is assigned, and how.</summary>
    public static AccessKind? Assigned(IOperation operation) => operation.Parent switch
    {
        ISimpleAssignmentOperation { IsRef: false } assignment when assignment.Target == operation => AccessKind.Write,
        ICompoundAssignmentOperation assignment when assignment.Target == operation => AccessKind.ReadModifyWrite,
        ICoalesceAssignmentOperation assignment when assignment.Target == operation => AccessKind.ReadModifyWrite,
        IIncrementOrDecrementOperation => AccessKind.ReadModifyWrite,
        ITupleOperation { Parent: IDeconstructionAssignmentOperation assignment } tuple when assignment.Target == tuple => AccessKind.Write,
        _ => null,
    };

    private static AccessKind? OfMember(IOperation member, ITypeSymbol type)
    {
        switch (member)
        {
            case IInvocationOperation call when IsCollection(type):
                return IsReading(call.TargetMethod.Name) ? AccessKind.ContainerRead : AccessKind.ContainerWrite;
            case IPropertyReferenceOperation property when IsCollection(type):
                if (Assigned(property) is not null)
                    return AccessKind.ContainerWrite;
                // One number, read whole, or what never changes.
                return property.Property.Name is "Count" or "Capacity" or "Comparer" or "IsReadOnly" or "IsFixedSize" or "IsSynchronized" or "SyncRoot" ? AccessKind.Read : AccessKind.ContainerRead;
            case IArrayElementReferenceOperation element:
                return Assigned(element) is null ? AccessKind.Read : AccessKind.ContainerWrite;
            // A part of a struct is the struct.
            case IPropertyReferenceOperation or IFieldReferenceOperation when type.IsValueType:
                return Assigned(member) ?? AccessKind.Read;
            default:
                return AccessKind.Read;
        }
    }

    private static bool IsReading(string method)
    {
        foreach (var prefix in s_readingPrefixes)
        {
            if (method.StartsWith(prefix, StringComparison.Ordinal))
                return true;
        }
        return false;
    }

    private static bool IsAtomic(IArgumentOperation argument) =>
        argument.Parent is IInvocationOperation { TargetMethod.ContainingType.Name: "Interlocked" or "Volatile" or "ImmutableInterlocked" or "LazyInitializer" or "Unsafe" };

    // Code of the framework that walks what it is given at once or later.
    private static bool Enumerates(IArgumentOperation argument) => argument.Parent switch
    {
        IInvocationOperation call => call.TargetMethod.ContainingType.Name == "Enumerable"
            || call.TargetMethod.Name is "Join" or "Concat" && call.TargetMethod.ContainingType.SpecialType == SpecialType.System_String
            || call.TargetMethod.Name is "AddRange" or "UnionWith" && IsCollection(call.TargetMethod.ContainingType),
        IObjectCreationOperation { Type: { } created } => IsCollection(created),
        _ => false,
    };
}
