using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.ValueFlow;

/// <summary>Tells whether code reaches a read only with values that were compared with known ones, or checked for their form.</summary>
internal static class AllowLists
{
    /// <summary>Whether a check of the variable or member lies on every way to this read of it.</summary>
    public static bool IsChecked(IOperation read)
    {
        if (read is not (ILocalReferenceOperation or IParameterReferenceOperation or IMemberReferenceOperation))
            return false;
        foreach (var control in Controls.Over(read))
        {
            if (Holds(control.Condition, control.Outcome, read))
                return true;
        }
        return IsUnderKnownCase(read) || IsEnsuredBefore(read);
    }

    // Whether the condition comes out so only for values that passed a check.
    private static bool Holds(IOperation condition, bool outcome, IOperation read)
    {
        condition = condition.Unwrap();
        return condition switch
        {
            IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not => Holds(not.Operand, !outcome, read),
            IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd } both => outcome
                ? Holds(both.LeftOperand, true, read) || Holds(both.RightOperand, true, read)
                : Holds(both.LeftOperand, false, read) && Holds(both.RightOperand, false, read),
            IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalOr } either => outcome
                ? Holds(either.LeftOperand, true, read) && Holds(either.RightOperand, true, read)
                : Holds(either.LeftOperand, false, read) || Holds(either.RightOperand, false, read),
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals, RightOperand.ConstantValue: { HasValue: true, Value: bool wanted } } => Holds(((IBinaryOperation)condition).LeftOperand, outcome == wanted, read),
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } equality =>
                outcome == (equality.OperatorKind == BinaryOperatorKind.Equals) && IsKnownEqual(equality.LeftOperand, equality.RightOperand, read),
            IIsPatternOperation match => IsKnown(match.Pattern, outcome) && match.Value.IsSamePlace(read),
            IInvocationOperation call => IsCheck(call, outcome, read),
            _ => false,
        };
    }

    private static bool IsKnownEqual(IOperation one, IOperation other, IOperation read) =>
        one.IsSamePlace(read) && IsKnownValue(other) || other.IsSamePlace(read) && IsKnownValue(one);

    private static bool IsKnownValue(IOperation value) => value.Bare() switch
    {
        { ConstantValue: { HasValue: true, Value: var constant } } => constant is not null,
        IFieldReferenceOperation { Field: { IsStatic: true, IsReadOnly: true } } => true,
        _ => false,
    };

    private static bool IsKnown(IPatternOperation pattern, bool outcome) => pattern switch
    {
        INegatedPatternOperation not => IsKnown(not.Pattern, !outcome),
        IConstantPatternOperation constant => outcome && constant.Value.ConstantValue is { HasValue: true, Value: not null },
        IBinaryPatternOperation { OperatorKind: BinaryOperatorKind.Or } either => outcome
            ? IsKnown(either.LeftPattern, true) && IsKnown(either.RightPattern, true)
            : IsKnown(either.LeftPattern, false) || IsKnown(either.RightPattern, false),
        IBinaryPatternOperation { OperatorKind: BinaryOperatorKind.And } both => outcome && (IsKnown(both.LeftPattern, true) || IsKnown(both.RightPattern, true)),
        _ => false,
    };

    private static bool IsCheck(IInvocationOperation call, bool outcome, IOperation read)
    {
        var name = call.TargetMethod.Name;
        if (call.TargetMethod.ReturnType.SpecialType != SpecialType.System_Boolean)
            return false;
        // `if (IsInvalid(name)) return;`
        if (name.IndexOf("Invalid", StringComparison.Ordinal) >= 0 || name.IndexOf("Unsafe", StringComparison.Ordinal) >= 0)
            return !outcome && Mentions(call, read);
        if (!outcome || !IsCheckName(name) || !Mentions(call, read))
            return false;
        // That a text contains or begins with another says nothing about the rest of it; a path below a known root stays there.
        return !(name == "Contains" && call.Receiver()?.IsSamePlace(read) == true);
    }

    private static bool IsCheckName(string name) => name is
        "Contains" or "ContainsKey" or "TryGetValue" or "Exists" or "Any" or "All" or "IsMatch" or "TryParse" or "TryParseExact" or "IsDefined" or "Equals" or "StartsWith" or "IsLocalUrl" or "IsWellFormedUriString"
        || HasWord(name, "Valid") || HasWord(name, "Allowed") || HasWord(name, "Safe") || HasWord(name, "Known") || HasWord(name, "Permitted") || HasWord(name, "Supported") || HasWord(name, "Trusted");

    private static bool HasWord(string name, string word) => name.IndexOf(word, StringComparison.Ordinal) >= 0;

    private static bool Mentions(IInvocationOperation call, IOperation read)
    {
        if (call.Instance?.IsSamePlace(read) == true)
            return true;
        foreach (var argument in call.Arguments)
        {
            if (argument.Value.IsSamePlace(read))
                return true;
            // `s_columns.Any(column => column == name)`
            if (argument.Value.Bare() is IDelegateCreationOperation { Target: IAnonymousFunctionOperation lambda }
                && lambda.Body.Descendants().Any(part => part.Type?.SpecialType == SpecialType.System_String && part.IsSamePlace(read)))
                return true;
        }
        return false;
    }

    // The arm of a switch over constants.
    private static bool IsUnderKnownCase(IOperation read)
    {
        for (var parent = read.Parent; parent is not null and not (IAnonymousFunctionOperation or ILocalFunctionOperation); parent = parent.Parent)
        {
            switch (parent)
            {
                case ISwitchExpressionArmOperation { Parent: ISwitchExpressionOperation choice } arm when choice.Value.IsSamePlace(read) && IsKnown(arm.Pattern, outcome: true):
                    return true;
                case ISwitchCaseOperation { Parent: ISwitchOperation choice } section when choice.Value.IsSamePlace(read):
                    return section.Clauses.All(c => c is ISingleValueCaseClauseOperation || c is IPatternCaseClauseOperation clause && IsKnown(clause.Pattern, outcome: true));
            }
        }
        return false;
    }

    // `EnsureIdentifier(table);` throws for anything else.
    private static bool IsEnsuredBefore(IOperation read)
    {
        foreach (var operation in read.Root().Descendants())
        {
            if (operation is IExpressionStatementOperation { Operation: var statement } && operation.Syntax.Span.End <= read.Syntax.SpanStart
                && (statement is IAwaitOperation { Operation: IInvocationOperation awaited } ? awaited : statement) is IInvocationOperation call
                && IsEnsuring(call.TargetMethod.Name) && Mentions(call, read) && operation.Parent is IBlockOperation block && block.Syntax.Span.Contains(read.Syntax.Span))
                return true;
        }
        return false;
    }

    private static bool IsEnsuring(string name) =>
        (StartsWith(name, "Validate") || StartsWith(name, "Ensure") || StartsWith(name, "Check") || StartsWith(name, "Require") || StartsWith(name, "Verify") || StartsWith(name, "ThrowIf") || StartsWith(name, "Assert"))
        && !HasWord(name, "Null") && !HasWord(name, "Empty") && !HasWord(name, "White") && !HasWord(name, "Length");

    private static bool StartsWith(string name, string word) => name.StartsWith(word, StringComparison.Ordinal);
}
