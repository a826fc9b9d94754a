using Assay.Analyzers.Semantics.Collections;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>Recognises the operations that compute a new value from the old one and write it back.</summary>
internal static class Updates
{
    /// <summary>
    /// The update that the access is the target of: of the member itself, of an array slot, or of an entry of a concurrent
    /// dictionary. Null for other accesses, and for a lazy first value.
    /// </summary>
    public static IOperation? Of(Access access)
    {
        if (Target(access.Operation) is not { } target)
            return null;
        return Of(target);
    }

    /// <summary>The update of the target; null when it is not written, or from values other than its own.</summary>
    public static IOperation? Of(IOperation target) => target.Parent switch
    {
        IIncrementOrDecrementOperation step => step,
        ICompoundAssignmentOperation compound when compound.Target == target => compound,
        ISimpleAssignmentOperation { IsRef: false } assignment when assignment.Target == target && Reads(assignment.Value, target) => assignment,
        _ => null,
    };

    // `_n`, `_slots[i]` and `_counts[key]`.
    private static IOperation? Target(IOperation reference) => reference.Parent switch
    {
        IArrayElementReferenceOperation slot when slot.ArrayReference == reference => slot,
        IPropertyReferenceOperation { Property.IsIndexer: true } entry when entry.Instance == reference && reference.Type is { } type => StateFields.IsConcurrentDictionary(type) ? entry : null,
        _ => reference,
    };

    // What is only looked at to decide, or handed to a call that need not be about it, does not carry over: `_stream = Wrap(_stream)`.
    private static bool Reads(IOperation value, IOperation target)
    {
        value = value.Unwrap();
        if (value.Kind == target.Kind && value.IsSameAs(target))
            return true;
        return value switch
        {
            IBinaryOperation { OperatorKind: not (>= BinaryOperatorKind.Equals and <= BinaryOperatorKind.GreaterThan) } binary => Reads(binary.LeftOperand, target) || Reads(binary.RightOperand, target),
            IUnaryOperation unary => Reads(unary.Operand, target),
            IConversionOperation conversion => Reads(conversion.Operand, target),
            IConditionalOperation { WhenFalse: { } otherwise } choice => Reads(choice.WhenTrue, target) != Reads(otherwise, target),
            IWithOperation with => Reads(with.Operand, target),
            IInvocationOperation { Instance: { Type.ContainingNamespace.Name: "Immutable" } receiver } => Reads(receiver, target),
            IInvocationOperation { TargetMethod: { Name: "Max" or "Min", ContainingType.Name: "Math" } } call => call.Arguments.Any(a => Reads(a.Value, target)),
            _ => false,
        };
    }
}
