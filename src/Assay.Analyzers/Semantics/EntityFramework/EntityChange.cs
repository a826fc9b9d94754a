using Assay.Analyzers.Semantics.Collections;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.EntityFramework;

/// <summary>A write of a property whose new value hangs on the old one.</summary>
/// <param name="Place">The write, or the call of the method that writes.</param>
/// <param name="Property">The property.</param>
/// <param name="Instance">The object it belongs to.</param>
/// <param name="Test">The condition over the write that reads the old value; null where the new value is computed from it.</param>
/// <param name="IsMark">Whether a mark is set that is the same whoever sets it: a constant flag, a point in time.</param>
internal sealed record EntityChange(IOperation Place, IPropertySymbol Property, IOperation Instance, IOperation? Test, bool IsMark)
{
    private const int MostHops = 1;

    /// <summary>The changes that a function makes to objects in its locals and parameters, or to <c>this</c>.</summary>
    public static IEnumerable<EntityChange> In(IOperation function, KnownTypes types, CancellationToken cancellationToken) =>
        In(function, types, MostHops, cancellationToken);

    private static IEnumerable<EntityChange> In(IOperation function, KnownTypes types, int hops, CancellationToken cancellationToken)
    {
        foreach (var operation in FunctionScope.Own(function))
        {
            if (Target(operation) is { Instance: { } instance } target)
            {
                if (OfWrite(operation, target, SameValue.Bare(instance), types, cancellationToken) is { } change)
                    yield return change;
            }
            else if (hops > 0 && operation is IInvocationOperation call)
            {
                foreach (var inner in InCalled(call, types, hops - 1, cancellationToken))
                    yield return inner;
            }
        }
    }

    private static IPropertyReferenceOperation? Target(IOperation operation) => operation switch
    {
        IAssignmentOperation { Target: IPropertyReferenceOperation { Property: { IsIndexer: false, IsStatic: false } } property } => property,
        IIncrementOrDecrementOperation { Target: IPropertyReferenceOperation { Property: { IsIndexer: false, IsStatic: false } } property } => property,
        _ => null,
    };

    private static EntityChange? OfWrite(IOperation write, IPropertyReferenceOperation target, IOperation instance, KnownTypes types, CancellationToken cancellationToken)
    {
        // A version that is counted by hand is a check, and lists are not overwritten.
        if (target.Property.Name is "Version" or "RowVersion" or "ConcurrencyStamp" || !IsColumn(target.Property))
            return null;
        if (IsComputed(write, target))
            return new EntityChange(write, target.Property, instance, null, false);
        if (write is not ISimpleAssignmentOperation assignment)
            return null;
        foreach (var control in Controls.Over(write))
        {
            if (OldValues.IsReadIn(control.Condition, target, types, cancellationToken) && !IsDifference(control, assignment))
                return new EntityChange(write, target.Property, instance, control.Condition, IsMarkOnly(assignment));
        }
        return null;
    }

    // What is written to a column by value: numbers, texts, enums, flags, times.
    private static bool IsColumn(IPropertySymbol property)
    {
        var type = OldValues.WithoutNull(property.Type);
        if (type is null || type.SpecialType == SpecialType.None && type.TypeKind is not (TypeKind.Enum or TypeKind.Struct))
            return false;
        foreach (var attribute in property.GetAttributes())
        {
            if (attribute.AttributeClass?.Name == "NotMappedAttribute")
                return false;
        }
        return property.SetMethod is not null;
    }

    private static bool IsComputed(IOperation write, IPropertyReferenceOperation target) => write switch
    {
        ICoalesceAssignmentOperation => false,
        ICompoundAssignmentOperation or IIncrementOrDecrementOperation => true,
        ISimpleAssignmentOperation assignment => OldValues.AreComputedWith(assignment.Value, target),
        _ => false,
    };

    // `if (user.Name != name) user.Name = name;` writes what is not there yet, `if (code == null) code = Default` what never was.
    private static bool IsDifference(Control control, ISimpleAssignmentOperation assignment)
    {
        foreach (var part in control.Condition.DescendantsAndSelf())
        {
            if (part is IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } compared
                && (OldValues.IsSame(compared.LeftOperand, assignment.Value) || OldValues.IsSame(compared.RightOperand, assignment.Value)))
            {
                return true;
            }
            // `string.Equals(user.Name, name, …)`, `user.Name.Equals(name)`
            if (part is IInvocationOperation { TargetMethod.Name: "Equals" } call && call.Arguments.Any(a => OldValues.IsSame(a.Value, assignment.Value)))
                return true;
        }
        return TestsForNull(control.Condition) && assignment.Value.Bare().ConstantValue.HasValue;
    }

    private static bool TestsForNull(IOperation condition) => condition.Bare() switch
    {
        IIsPatternOperation { Pattern: IConstantPatternOperation { Value: { } value } } => IsNull(value),
        IBinaryOperation compared => IsNull(compared.LeftOperand) || IsNull(compared.RightOperand),
        IInvocationOperation { TargetMethod.Name: "IsNullOrEmpty" or "IsNullOrWhiteSpace" } => true,
        _ => false,
    };

    private static bool IsNull(IOperation value) => value.Bare().ConstantValue is { HasValue: true, Value: null };

    private static bool IsMarkOnly(ISimpleAssignmentOperation assignment)
    {
        return OldValues.WithoutNull(assignment.Target.Type) is { SpecialType: SpecialType.System_Boolean or SpecialType.System_DateTime } or { Name: "DateTimeOffset" or "DateOnly" or "Instant" };
    }

    // `account.Withdraw(amount)`, `Reserve(product, quantity)`
    private static IEnumerable<EntityChange> InCalled(IInvocationOperation call, KnownTypes types, int hops, CancellationToken cancellationToken)
    {
        if (!TakesObject(call) || FunctionScope.BodyOf(call, types, cancellationToken) is not { } body)
            yield break;
        foreach (var change in In(body, types, hops, cancellationToken))
        {
            if (Given(change.Instance, call) is { } instance)
                yield return change with { Place = call, Instance = SameValue.Bare(instance), Test = change.Test is null ? null : call };
        }
    }

    private static bool TakesObject(IInvocationOperation call)
    {
        if (call.Instance is { } instance && SameValue.Bare(instance) is ILocalReferenceOperation)
            return true;
        foreach (var argument in call.Arguments)
        {
            if (argument.Value.Bare() is ILocalReferenceOperation { Type.TypeKind: TypeKind.Class, Type.SpecialType: SpecialType.None })
                return true;
        }
        return false;
    }

    // The caller's name for `this` or for a parameter of the called method.
    private static IOperation? Given(IOperation instance, IInvocationOperation call)
    {
        switch (instance)
        {
            case IInstanceReferenceOperation:
                return call.Instance;
            case IParameterReferenceOperation parameter:
                foreach (var argument in call.Arguments)
                {
                    if (argument.Parameter?.Ordinal == parameter.Parameter.Ordinal)
                        return argument.Value;
                }
                return null;
            default:
                return null;
        }
    }
}
