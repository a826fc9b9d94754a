using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Ai;

/// <summary>A member that is taken from an object that was read from text.</summary>
/// <param name="Member">Its name.</param>
/// <param name="Place">Where it is taken.</param>
internal sealed record ParsedUse(string Member, IOperation Place)
{
    /// <summary>The first member that is taken from the result of the call, when nothing checks the result or a member of it.</summary>
    public static ParsedUse? FirstUnchecked(IInvocationOperation call)
    {
        IOperation value = call;
        while (value.Parent is IConversionOperation or IAwaitOperation or IParenthesizedOperation)
            value = value.Parent;
        return value.Parent switch
        {
            IMemberReferenceOperation { Member.Name: var name } member when member.Instance == value && !IsChecked(member) => new ParsedUse(name, member),
            IInvocationOperation { TargetMethod.Name: "GetProperty" } next when next.Instance == value => new ParsedUse(next.TargetMethod.Name, next),
            IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } } => InBody(call.Root(), local),
            ISimpleAssignmentOperation { Target: ILocalReferenceOperation { Local: var local } } => InBody(call.Root(), local),
            _ => null,
        };
    }

    private static ParsedUse? InBody(IOperation root, ILocalSymbol local)
    {
        ParsedUse? first = null;
        foreach (var operation in root.Descendants())
        {
            if (operation is not ILocalReferenceOperation read || !read.Local.Is(local))
                continue;
            // One check is proof of care; which others are needed only the author knows.
            if (IsChecked(read))
                return null;
            first ??= UseOf(read);
        }
        return first;
    }

    private static ParsedUse? UseOf(IOperation read)
    {
        while (read.Parent is IConversionOperation or IParenthesizedOperation)
            read = read.Parent;
        return read.Parent switch
        {
            IMemberReferenceOperation { Member: { Name: not "Length" and not "Count" and var name } } member when member.Instance == read => new ParsedUse(name, member),
            IInvocationOperation { TargetMethod.Name: "GetProperty" } next when next.Instance == read => new ParsedUse("GetProperty", next),
            _ => null,
        };
    }

    // Whether the value, or a member of it, is compared, matched, tested or handed to a check.
    private static bool IsChecked(IOperation value)
    {
        for (var (child, parent) = (value, value.Parent); parent is not null; (child, parent) = (parent, parent.Parent))
        {
            switch (parent)
            {
                case IIsPatternOperation or IIsTypeOperation or ICoalesceOperation or IConditionalAccessOperation or ISwitchExpressionOperation or ISwitchOperation or ICoalesceAssignmentOperation:
                    return true;
                case IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals or BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual or BinaryOperatorKind.GreaterThan or BinaryOperatorKind.GreaterThanOrEqual }:
                    return true;
                case IConditionalOperation condition when condition.Condition == child:
                    return true;
                case IInvocationOperation call when IsCheck(call.TargetMethod):
                    return true;
                case IBlockOperation or IVariableInitializerOperation or IAssignmentOperation or IReturnOperation:
                    return false;
            }
        }
        return false;
    }

    private static bool IsCheck(IMethodSymbol method) =>
        method.Name is "Contains" or "ContainsKey" or "Clamp" or "Min" or "Max" or "IsNullOrEmpty" or "IsNullOrWhiteSpace" or "Assert" or "All" or "Any"
        || method.Name.StartsWith("Try", StringComparison.Ordinal) || Has(method, "Valid") || Has(method, "Check") || Has(method, "Ensure") || Has(method, "ThrowIf");

    private static bool Has(IMethodSymbol method, string word) => method.Name.IndexOf(word, StringComparison.Ordinal) >= 0;
}
