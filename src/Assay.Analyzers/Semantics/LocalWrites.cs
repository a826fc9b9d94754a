using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics;

/// <summary>Where variables get their values, in the order of the text; asked only near an operation that a rule already suspects.</summary>
internal static class LocalWrites
{
    /// <summary>
    /// What may have been put into the local or parameter when <paramref name="use"/> reads it, the latest first: the assigned value, or the
    /// out or ref argument.
    /// </summary>
    public static IEnumerable<IOperation> Reaching(ISymbol local, IOperation use)
    {
        var writes = new List<(IOperation Value, IOperation Write)>();
        foreach (var operation in use.Root().Descendants())
        {
            if (operation.Syntax.SpanStart >= use.Syntax.SpanStart)
                continue;
            if (Written(operation, local) is { } value)
                writes.Add((value, operation));
        }
        for (var i = writes.Count - 1; i >= 0; i--)
        {
            yield return writes[i].Value;
            if (!IsConditional(writes[i].Write, use))
                yield break;
        }
    }

    /// <summary>The initial value of a local that nothing else assigns; null otherwise.</summary>
    public static IOperation? OnlyValue(ILocalReferenceOperation reference)
    {
        IOperation? only = null;
        foreach (var operation in reference.Root().Descendants())
        {
            if (Written(operation, reference.Local) is not { } value)
                continue;
            if (only is not null || operation is not IVariableDeclaratorOperation)
                return null;
            only = value;
        }
        return only;
    }

    /// <summary>Whether anything the expression mentions is assigned between two positions of the text.</summary>
    public static bool IsChangedBetween(IOperation? expression, int start, int end)
    {
        if (expression is null || expression.Root() is not { } root)
            return false;
        foreach (var operation in root.Descendants())
        {
            var position = operation.Syntax.SpanStart;
            if (position < start || position >= end || Target(operation) is not { } target)
                continue;
            foreach (var mentioned in expression.DescendantsAndSelf())
            {
                if (SymbolOf(mentioned) is { } symbol && symbol.Is(SymbolOf(target)))
                    return true;
            }
        }
        return false;
    }

    private static IOperation? Written(IOperation operation, ISymbol local)
    {
        if (operation is IVariableDeclaratorOperation declarator)
            return declarator.Symbol.Is(local) ? declarator.GetVariableInitializer()?.Value : null;
        if (Target(operation) is not (ILocalReferenceOperation or IParameterReferenceOperation) || !SymbolOf(Target(operation)!).Is(local))
            return null;
        return operation is IAssignmentOperation assignment ? assignment.Value : operation;
    }

    // The variable that the operation gives a value.
    private static IOperation? Target(IOperation operation)
    {
        var target = operation switch
        {
            IAssignmentOperation assignment => assignment.Target,
            IIncrementOrDecrementOperation step => step.Target,
            IArgumentOperation { Parameter.RefKind: RefKind.Out or RefKind.Ref } argument => argument.Value,
            _ => null,
        };
        return target is IDeclarationExpressionOperation declaration ? declaration.Expression : target;
    }

    private static ISymbol? SymbolOf(IOperation operation) => operation switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        IFieldReferenceOperation field => field.Field,
        IPropertyReferenceOperation { Property.IsIndexer: false } property => property.Property,
        _ => null,
    };

    // Whether the write can be passed by on the way to the use.
    internal static bool IsConditional(IOperation write, IOperation use)
    {
        var child = write;
        for (var parent = write.Parent; parent is not null && !parent.Syntax.Span.Contains(use.Syntax.Span); child = parent, parent = parent.Parent)
        {
            switch (parent)
            {
                case IConditionalOperation branch when child != branch.Condition:
                case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.ConditionalOr } pair when child == pair.RightOperand:
                case ICoalesceOperation coalesce when child == coalesce.WhenNull:
                case ILoopOperation or ISwitchCaseOperation or ISwitchExpressionArmOperation or ICatchClauseOperation or IAnonymousFunctionOperation:
                    return true;
            }
        }
        return false;
    }
}
