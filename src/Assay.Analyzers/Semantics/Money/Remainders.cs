using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Money;

/// <summary>Tells whether the code around a division takes care of what is left over.</summary>
internal static class Remainders
{
    private static readonly HashSet<string> s_approximate = NameWords.Set(
        "average avg mean median per estimate estimated approx approximate rounded index page pages bucket slot tier level points unit rate ratio percent percentage days months");

    /// <summary>Whether the body computes the remainder, takes the parts from the whole, or gives it to the last one.</summary>
    public static bool IsHandled(IOperation division, ISymbol amount)
    {
        foreach (var operation in division.Root().Descendants())
        {
            switch (operation)
            {
                case IBinaryOperation { OperatorKind: BinaryOperatorKind.Remainder }:
                case ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Remainder }:
                case IInvocationOperation { TargetMethod.Name: "DivRem" or "Remainder" }:
                // `total - share * (count - 1)`, `left -= share`
                case IBinaryOperation { OperatorKind: BinaryOperatorKind.Subtract, LeftOperand: var whole } when amount.Is(MoneyValues.SymbolOf(whole.Bare())):
                case ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Subtract }:
                    return true;
            }
        }
        return false;
    }

    /// <summary>Whether nobody adds the result up again: it is compared, counts something, or is named an average.</summary>
    public static bool IsApproximate(IOperation division, ISymbol container)
    {
        var value = division;
        while (value.Parent is IConversionOperation or IParenthesizedOperation or IArgumentOperation { Parent: IInvocationOperation { TargetMethod.ContainingType.Name: "Math" or "Decimal" } } or IInvocationOperation { TargetMethod.ContainingType.Name: "Math" or "Decimal" })
            value = value.Parent;
        return value.Parent switch
        {
            IBinaryOperation { OperatorKind: BinaryOperatorKind.LessThan or BinaryOperatorKind.GreaterThan or BinaryOperatorKind.LessThanOrEqual or BinaryOperatorKind.GreaterThanOrEqual or BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } => true,
            IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } => IsApproximate(declarator.Symbol.Name),
            ISimpleAssignmentOperation assignment => MoneyValues.SymbolOf(assignment.Target) is { } target && IsApproximate(target.Name),
            IArgumentOperation argument => argument.Parameter is { } parameter && IsApproximate(parameter.Name),
            IReturnOperation => IsApproximate(container is IMethodSymbol { AssociatedSymbol: { } property } ? property.Name : container.Name),
            _ => false,
        };
    }

    private static bool IsApproximate(string name) => NameWords.HasAny(name, s_approximate);
}
