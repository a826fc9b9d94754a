using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.ValueFlow;

/// <summary>The operands that an expression's value is made of.</summary>
internal static class Parts
{
    /// <summary>The operands; empty for what holds nothing of anybody's, null for what cannot be told.</summary>
    public static IEnumerable<IOperation>? Of(IOperation value) => value switch
    {
        IAwaitOperation awaited => [awaited.Operation],
        IConditionalOperation { WhenFalse: { } otherwise } choice => [choice.WhenTrue, otherwise],
        ICoalesceOperation coalesce => [coalesce.Value, coalesce.WhenNull],
        ICoalesceAssignmentOperation coalesce => [coalesce.Target, coalesce.Value],
        ISimpleAssignmentOperation assignment => [assignment.Value],
        ISwitchExpressionOperation choice => choice.Arms.Select(a => a.Value),
        IConditionalAccessOperation access => [access.WhenNotNull],
        IConditionalAccessInstanceOperation placeholder => placeholder.Accessed() is { } accessed ? [accessed] : null,
        IInterpolatedStringOperation text => text.Parts.Select(Hole).OfType<IOperation>(),
        IInterpolatedStringHandlerCreationOperation handler => [handler.Content],
        IInterpolatedStringAdditionOperation sum => [sum.Left, sum.Right],
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Add } sum => [sum.LeftOperand, sum.RightOperand],
        ITupleOperation tuple => tuple.Elements,
        IArrayCreationOperation array => array.Initializer?.ElementValues ?? [],
        ICollectionExpressionOperation collection => collection.Elements.Select(e => e is ISpreadOperation spread ? spread.Operand : e),
        IArrayElementReferenceOperation element => [element.ArrayReference],
        IImplicitIndexerReferenceOperation slice => [slice.Instance],
        IObjectCreationOperation made => MadeObjects.Content(made),
        IAnonymousObjectCreationOperation made => made.Initializers.OfType<ISimpleAssignmentOperation>().Select(a => a.Value),
        IWithOperation copy => MadeObjects.Content(copy.Initializer).Prepend(copy.Operand),
        ITypeOfOperation or INameOfOperation or IDefaultValueOperation or ILiteralOperation or IThrowOperation or IInvalidOperation or IAnonymousFunctionOperation or IDelegateCreationOperation or IIsPatternOperation => [],
        _ => null,
    };

    /// <summary>The position of a tuple's field.</summary>
    public static int IndexOf(IFieldSymbol field)
    {
        var name = (field.CorrespondingTupleField ?? field).Name;
        return int.TryParse(name.StartsWith("Item", StringComparison.Ordinal) ? name.Substring(4) : "", out var number) ? number - 1 : 0;
    }

    /// <summary>The value of a hole in an interpolated string; null for written text.</summary>
    public static IOperation? Hole(IInterpolatedStringContentOperation part) => part switch
    {
        IInterpolationOperation hole => hole.Expression,
        IInterpolatedStringAppendOperation { Kind: OperationKind.InterpolatedStringAppendFormatted, AppendCall: IInvocationOperation { Arguments: { Length: > 0 } arguments } } => arguments.At(0).Value,
        _ => null,
    };
}
