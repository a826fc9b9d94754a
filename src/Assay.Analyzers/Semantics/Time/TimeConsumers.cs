using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Time;

/// <summary>What the operation around a time does with it.</summary>
internal enum TimeFate
{
    /// <summary>Nothing that depends on the time: it is logged, shown, dropped or used as a seed.</summary>
    Ends,

    /// <summary>It is compared.</summary>
    Decides,

    /// <summary>It is persisted, returned or handed to somebody who will compare it.</summary>
    Leaves,

    /// <summary>The operation around it is a time too, which goes on.</summary>
    Flows,

    /// <summary>It is put into a variable whose uses tell.</summary>
    Stored,
}

/// <param name="Fate">What happens to the time.</param>
/// <param name="Computes">Another time is computed from it: an expiry, an age.</param>
/// <param name="Variable">The variable it is stored in.</param>
internal readonly record struct TimeUse(TimeFate Fate, bool Computes = false, ISymbol? Variable = null);

/// <summary>Classifies the direct consumer of a time.</summary>
internal sealed class TimeConsumers(KnownTypes types)
{
    private static readonly TimeUse s_ends = new(TimeFate.Ends);
    private static readonly TimeUse s_decides = new(TimeFate.Decides);
    private static readonly TimeUse s_leaves = new(TimeFate.Leaves);
    private static readonly TimeUse s_flows = new(TimeFate.Flows);
    private static readonly TimeUse s_computes = new(TimeFate.Flows, Computes: true);

    private readonly TimeSinks _sinks = new(types);

    /// <summary>What the parent of <paramref name="value"/> does with it; <paramref name="computed"/> says whether it is an expiry or an age already.</summary>
    public TimeUse Of(IOperation value, bool computed) => value.Parent switch
    {
        // An argument that flows flows into the call.
        _ when value is IArgumentOperation => s_flows,
        IConversionOperation or IParenthesizedOperation or ICoalesceOperation or ITupleOperation
            or IArrayInitializerOperation or IArrayCreationOperation or ICollectionExpressionOperation
            or IAnonymousObjectCreationOperation or ISwitchExpressionArmOperation => s_flows,
        ISwitchExpressionOperation choice => choice.Value == value ? s_decides : s_flows,
        IConditionalOperation choice => choice.Condition == value ? s_decides : s_flows,
        IConditionalAccessOperation access => OfConditionalAccess(access, value, computed),
        IBinaryOperation binary => OfBinary(binary, value, computed),
        // `_last is not null` asks whether there was one.
        IIsPatternOperation { Pattern: var pattern } when IsNull(pattern) => s_ends,
        ITupleBinaryOperation or IIsPatternOperation or ISwitchOperation => s_decides,
        IPropertyReferenceOperation property => property.Instance == value && IsTimePart(property) ? s_flows : s_ends,
        IInvocationOperation call => call.Instance == value ? OfMethodOfTime(call) : s_ends,
        IArgumentOperation argument => OfArgument(argument, computed),
        IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } => StoredIn(declarator.Symbol),
        IFieldInitializerOperation { InitializedFields: { Length: > 0 } fields } => StoredIn(fields[0]),
        IPropertyInitializerOperation { InitializedProperties: { Length: > 0 } properties } => Leaves(properties[0].Type, computed),
        IAssignmentOperation assignment => assignment.Value == value ? OfAssignment(assignment, value, computed) : s_ends,
        // What a method returns as it was read is its caller's to judge: it may well be the seam tests replace.
        IReturnOperation => computed && _sinks.IsTimeOrNumber(value.Type) ? s_leaves : s_ends,
        _ => s_ends,
    };

    private TimeUse OfConditionalAccess(IConditionalAccessOperation access, IOperation value, bool computed)
    {
        if (access.Operation != value)
            return s_flows;
        // `last?.AddMinutes(5)`: what is done to the time stands in the other half.
        foreach (var inner in access.WhenNotNull.DescendantsAndSelf())
        {
            if (inner is IConditionalAccessInstanceOperation instance)
                return Of(instance, computed);
        }
        return s_ends;
    }

    private static TimeUse OfBinary(IBinaryOperation binary, IOperation value, bool computed) => binary.OperatorKind switch
    {
        // `_started != 0` asks whether it was read, not when.
        _ when !computed && IsNever(binary.LeftOperand == value ? binary.RightOperand : binary.LeftOperand) => s_ends,
        BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals or BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual
            or BinaryOperatorKind.GreaterThan or BinaryOperatorKind.GreaterThanOrEqual => s_decides,
        // `"export-" + DateTime.Now` is a name, not a decision.
        _ when binary.Type?.SpecialType == SpecialType.System_String => s_ends,
        _ => s_computes,
    };

    private static bool IsNull(IPatternOperation pattern) => pattern switch
    {
        INegatedPatternOperation negated => IsNull(negated.Pattern),
        IConstantPatternOperation constant => constant.Value.ConstantValue is { HasValue: true, Value: null },
        _ => false,
    };

    // Nothing yet: no value, the first or last time, and of a counter zero or minus one.
    private static bool IsNever(IOperation other)
    {
        if (other is { Type.SpecialType: SpecialType.System_Int64, ConstantValue: { HasValue: true, Value: 0L or -1L } })
            return true;
        return other.Unwrap() is IDefaultValueOperation
            or ILiteralOperation { ConstantValue: { HasValue: true, Value: null } }
            or IFieldReferenceOperation { Field: { IsStatic: true, Name: "MinValue" or "MaxValue" } };
    }

    // `.Date`, `.Hour`, `.Ticks`, `.TotalSeconds`, `.Value`
    private bool IsTimePart(IPropertyReferenceOperation property) =>
        types.IsTime(property.Property.ContainingType) && (_sinks.IsTimeOrNumber(property.Type) || property.Type?.TypeKind == TypeKind.Enum)
        || property.Property.ContainingType.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T;

    private TimeUse OfMethodOfTime(IInvocationOperation call)
    {
        var name = call.TargetMethod.Name;
        if (name is "CompareTo" or "Equals")
            return s_decides;
        if (name is "GetHashCode" || !_sinks.IsTimeOrNumber(call.Type))
            return s_ends;
        return name.StartsWith("Add", StringComparison.Ordinal) || name == "Subtract" ? s_computes : s_flows;
    }

    private TimeUse OfArgument(IArgumentOperation argument, bool computed)
    {
        switch (argument.Parent)
        {
            case IInvocationOperation call:
                return OfCallArgument(call, argument, computed);
            case IObjectCreationOperation { Constructor: { } constructor } creation:
                if (types.IsTime(creation.Type))
                    return s_flows;
                return _sinks.IsSilentCreation(constructor) ? s_ends : Leaves(argument.Parameter?.Type, computed);
            case IPropertyReferenceOperation:
                // An index: `buckets[now.Hour]`.
                return s_decides;
            default:
                return s_ends;
        }
    }

    private TimeUse OfCallArgument(IInvocationOperation call, IArgumentOperation argument, bool computed)
    {
        var method = call.TargetMethod;
        if (IsStoreByReference(method) && call.Arguments.Length > 1 && call.Arguments.At(0) != argument)
            return VariableUses.Variable(call.Arguments.At(0).Value) is { } variable ? StoredIn(variable) : s_ends;
        if (_sinks.IsTimeArithmetic(method))
            return method.Name is "Compare" or "Equals" ? s_decides : method.Name is "GetElapsedTime" ? s_computes : s_flows;
        if (_sinks.IsSilentCall(method))
            return s_ends;
        if (argument.Parameter?.Type.SpecialType == SpecialType.System_Object)
            return _sinks.IsDatabase(method) ? s_leaves : s_ends;
        return Leaves(argument.Parameter?.Type, computed);
    }

    private static bool IsStoreByReference(IMethodSymbol method) =>
        method is { Name: "Exchange" or "CompareExchange" or "Write", ContainingType.Name: "Interlocked" or "Volatile" };

    private TimeUse OfAssignment(IAssignmentOperation assignment, IOperation value, bool computed)
    {
        if (assignment.Parent is IAnonymousObjectCreationOperation)
            return s_flows;
        if (assignment is ICompoundAssignmentOperation compound)
        {
            if (compound.Type?.SpecialType == SpecialType.System_String)
                return s_ends;
            computed = true;
        }
        return assignment.Target switch
        {
            IDiscardOperation => s_ends,
            IPropertyReferenceOperation property when _sinks.IsRecord(property.Property.ContainingType) => s_ends,
            // A property may be a column; what is stored in it outlives the method.
            IPropertyReferenceOperation or IArrayElementReferenceOperation => Leaves(assignment.Target.Type ?? value.Type, computed),
            var target when VariableUses.Variable(target) is { } variable => new TimeUse(TimeFate.Stored, computed, variable),
            _ => s_ends,
        };
    }

    // A bare number out of a time (a year, ticks) is a stamp; a time, or a number computed from one, is used as a time.
    private TimeUse Leaves(ITypeSymbol? type, bool computed) =>
        types.IsTime(type) || (computed && _sinks.IsTimeOrNumber(type)) || _sinks.HoldsTime(type) ? s_leaves : s_ends;

    private static TimeUse StoredIn(ISymbol variable) => new(TimeFate.Stored, Variable: variable);
}
