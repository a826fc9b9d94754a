using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Collections;

/// <summary>Whether two expressions name the same thing, as long as nothing they mention is assigned in between.</summary>
internal static class SameValue
{
    public static bool IsSameAs(this IOperation? first, IOperation? second)
    {
        if (first is null || second is null)
            return first is null && second is null;
        first = Bare(first);
        second = Bare(second);
        if (first.ConstantValue is { HasValue: true } constant)
            return second.ConstantValue.HasValue && Equals(constant.Value, second.ConstantValue.Value);
        if (first.Kind != second.Kind || !IsRepeatable(first, second))
            return false;
        return HaveSameChildren(first, second);
    }

    /// <summary>The collection or object that a conditional access goes on with, the operation itself otherwise; without conversions.</summary>
    public static IOperation Bare(IOperation operation)
    {
        operation = operation.Unwrap();
        if (operation is not IConditionalAccessInstanceOperation)
            return operation;
        IOperation child = operation;
        for (var parent = operation.Parent; parent is not null; child = parent, parent = parent.Parent)
        {
            if (parent is IConditionalAccessOperation access && access.WhenNotNull == child)
                return Bare(access.Operation);
        }
        return operation;
    }

    private static bool IsRepeatable(IOperation first, IOperation second) => (first, second) switch
    {
        (ILocalReferenceOperation a, ILocalReferenceOperation b) => a.Local.Is(b.Local),
        (IParameterReferenceOperation a, IParameterReferenceOperation b) => a.Parameter.Is(b.Parameter),
        (IFieldReferenceOperation a, IFieldReferenceOperation b) => a.Field.Is(b.Field),
        (IPropertyReferenceOperation a, IPropertyReferenceOperation b) => a.Property.Is(b.Property),
        (IInstanceReferenceOperation a, IInstanceReferenceOperation b) => a.ReferenceKind == b.ReferenceKind,
        (IInvocationOperation a, IInvocationOperation b) => a.TargetMethod.Is(b.TargetMethod) && !GivesAnotherEachTime(a.TargetMethod.Name),
        (IObjectCreationOperation a, IObjectCreationOperation b) => a.Constructor.Is(b.Constructor) && a.Initializer is null && b.Initializer is null,
        (ITypeOfOperation a, ITypeOfOperation b) => a.TypeOperand.Is(b.TypeOperand),
        (IBinaryOperation a, IBinaryOperation b) => a.OperatorKind == b.OperatorKind,
        (IUnaryOperation a, IUnaryOperation b) => a.OperatorKind == b.OperatorKind,
        (IConversionOperation a, IConversionOperation b) => a.Type.Is(b.Type),
        (IArgumentOperation or ITupleOperation or IArrayElementReferenceOperation or IInterpolatedStringOperation or IInterpolationOperation
            or IInterpolatedStringTextOperation or IDefaultValueOperation or IConditionalAccessOperation or ICoalesceOperation, _) => true,
        _ => false,
    };

    private static bool GivesAnotherEachTime(string method) =>
        method.StartsWith("New", StringComparison.Ordinal) || method.StartsWith("Next", StringComparison.Ordinal);

    private static bool HaveSameChildren(IOperation first, IOperation second)
    {
        if (first.ChildOperations.Count != second.ChildOperations.Count)
            return false;
        var others = second.ChildOperations.GetEnumerator();
        foreach (var child in first.ChildOperations)
        {
            others.MoveNext();
            if (!child.IsSameAs(others.Current))
                return false;
        }
        return true;
    }
}
