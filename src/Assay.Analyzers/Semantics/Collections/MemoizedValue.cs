using Assay.Analyzers.Semantics.SharedState;
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

    private static readonly string[] s_opening = ["Connect", "Open", "Start", "Listen", "Spawn", "Subscribe", "Accept", "Launch"];

    /// <summary>Whether the value is made from something given, so that two threads make the same.</summary>
    public static bool IsComputed(IOperation value, CollectionRead check) => IsComputed(value, check, MostAliases);

    /// <summary>Whether the value differs each time: a number that is drawn, an identity, the time.</summary>
    public static bool IsUnrepeatable(IOperation value, CollectionRead check)
    {
        foreach (var source in SourcesOf(value, check, MostAliases))
        {
            // What a stored delegate draws, it draws when it is called.
            if (source.DescendantsAndSelf().Any(o => IsUnrepeatable(o) && !IsInDelegate(o, source)))
                return true;
        }
        return false;
    }

    /// <summary>Whether it matters which of two such objects is used: one is locked on or added to.</summary>
    public static bool HasIdentity(IOperation value)
    {
        foreach (var source in SourcesOf(value, null, MostAliases))
        {
            if (TypeOf(source) is { IsReferenceType: true } type && (IsGate(type, source) || IsEmptyCollection(type, source)))
                return true;
        }
        return false;
    }

    /// <summary>Whether the object does work or holds something from the moment it is made, whoever uses it.</summary>
    public static bool Holds(IOperation value)
    {
        foreach (var source in SourcesOf(value, null, MostAliases))
        {
            if (TypeOf(source) is { IsReferenceType: true } type && (IsWork(type, source) || IsOpened(type, source)))
                return true;
        }
        return false;
    }

    public static ITypeSymbol? TypeOf(IOperation value) => value.Unwrap().Type ?? value.Type;

    private static IEnumerable<IOperation> SourcesOf(IOperation value, CollectionRead? check, int aliases)
    {
        value = value.Unwrap();
        while (value is IConversionOperation conversion)
            value = conversion.Operand.Unwrap();
        switch (value)
        {
            case ISimpleAssignmentOperation chained:
                return SourcesOf(chained.Value, check, aliases);
            case IConditionalOperation { WhenFalse: { } otherwise } choice:
                return SourcesOf(choice.WhenTrue, check, aliases).Concat(SourcesOf(otherwise, check, aliases));
            case ILocalReferenceOperation local when aliases > 0:
                return LocalWrites.Reaching(local.Local, local)
                    .Where(source => source is not IArgumentOperation && source.Parent != check?.Operation)
                    .SelectMany(source => SourcesOf(source, check, aliases - 1));
            default:
                return [value];
        }
    }

    private static bool IsGate(ITypeSymbol type, IOperation source) =>
        type.SpecialType == SpecialType.System_Object && source is IObjectCreationOperation || type.Name is "SemaphoreSlim" or "Lock" or "ReaderWriterLockSlim" or "CancellationTokenSource" or "TaskCompletionSource" or "Timer" or "Thread" or "Channel"
        || type.Name.StartsWith("Concurrent", StringComparison.Ordinal);

    // What is begun twice runs twice; a finished task is a value.
    private static bool IsWork(ITypeSymbol type, IOperation source) =>
        type.Name is "Task" or "ValueTask" or "Lazy" or "AsyncLazy" && source is not IInvocationOperation { TargetMethod.Name: "FromResult" or "FromException" or "FromCanceled" }
            && source is not IPropertyReferenceOperation;

    // Made empty, it is there for others to add to.
    private static bool IsEmptyCollection(ITypeSymbol type, IOperation source) =>
        AccessShapes.IsCollection(type) && source switch
        {
            IObjectCreationOperation creation => creation.Initializer is null && creation.Arguments.All(a => a.Value.Type is { SpecialType: SpecialType.System_Int32 } || a.Parameter?.Type.Name is "IEqualityComparer" or "IComparer"),
            ICollectionExpressionOperation made => made.Elements.IsEmpty,
            _ => false,
        };

    private static bool IsOpened(ITypeSymbol type, IOperation source)
    {
        if (!type.AllInterfaces.Any(i => i.SpecialType == SpecialType.System_IDisposable || i.Name == "IAsyncDisposable") || type.Name is "MemoryStream" or "JsonDocument")
            return false;
        return source is IObjectCreationOperation || source is IInvocationOperation { TargetMethod.Name: var name } && s_opening.Any(word => name.StartsWith(word, StringComparison.Ordinal));
    }

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

    // A number may be an identity that is given out once; a hash or a size cannot be told from it.
    private static bool IsNumber(ITypeSymbol? type) =>
        type is { SpecialType: >= SpecialType.System_Char and <= SpecialType.System_Double } or { Name: "Guid" };

    private static bool IsInDelegate(IOperation operation, IOperation source)
    {
        if (source is not (IDelegateCreationOperation or IAnonymousFunctionOperation))
            return false;
        for (var around = operation; around is not null && around != source.Parent; around = around.Parent)
        {
            if (around is IAnonymousFunctionOperation)
                return true;
        }
        return false;
    }

    private static bool IsUnrepeatable(IOperation operation) => operation switch
    {
        IIncrementOrDecrementOperation or ICompoundAssignmentOperation => true,
        IMemberReferenceOperation { Member: { Name: "Now" or "UtcNow" or "Today" or "TickCount" or "TickCount64" } } => true,
        IInvocationOperation { TargetMethod: { } method } =>
            method.ContainingType?.Name is "Interlocked" or "Random" or "Stopwatch" or "TimeProvider" || method is { ContainingType.Name: "Guid", Name: "NewGuid" or "CreateVersion7" } || method.Name.StartsWith("Next", StringComparison.Ordinal),
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
