using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Money;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Data;

/// <summary>Finds divisions of money that drop what is left over.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class MoneyDivided() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY5010",
        category: Category.Data,
        defaultSeverity: DiagnosticSeverity.Info,
        title: "Money is divided and the remainder dropped",
        messageFormat: "'{0}' is divided by '{1}' and the remainder is dropped: the parts do not add up to the whole again, and the difference is booked nowhere");

    private static readonly RuleOption<string> s_minor = new(
        "ASSAY5010.minor_units",
        "",
        "More words for whole numbers of the smallest unit, separated by commas: `rappen, ore`.");

    private static readonly HashSet<string> s_minorUnits = NameWords.Set("cents cent pence penny pennies minor satoshis satoshi kopeks");

    private static readonly Words s_words = Words.Of(
        "cents", "cents*", "*Cents", "*cents", "*Pence", "pence*", "*Minor", "minor*", "amount", "amount*", "*Amount", "*amount", "price", "price*", "*Price", "*price", "total", "total*", "*Total",
        "*total", "balance", "*Balance", "*balance", "fee", "fee*", "*Fee", "cost*", "*Cost", "*cost", "*Payment", "payment*", "*Commission", "discount*", "*Discount", "*Tax", "refund*", "*Refund", "salary", "*Salary");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        // The amounts of tests are examples.
        if (types.IsTestProject())
            return;
        // Words of the team's own are in no gate.
        context.RegisterBodyAction(HasOwnWords(context.Compilation, context.Options) ? null : s_words, Divides, Check, OperationKind.Binary, OperationKind.CompoundAssignment, OperationKind.Invocation);
    }

    private static bool HasOwnWords(Compilation compilation, AnalyzerOptions options)
    {
        foreach (var tree in compilation.SyntaxTrees)
            return s_minor.Read(options.AnalyzerConfigOptionsProvider, tree).Length > 0;
        return false;
    }

    private static bool Divides(MemberBody body, CancellationToken cancellationToken)
    {
        foreach (var node in body.Syntax.DescendantNodes())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (node.Kind() is SyntaxKind.DivideExpression or SyntaxKind.DivideAssignmentExpression)
                return true;
        }
        return false;
    }

    private static void Check(OperationAnalysisContext context)
    {
        switch (context.Operation)
        {
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Divide, OperatorMethod: null } division when MoneyValues.IsInteger(division.Type):
                CheckDivision(context, division, division.LeftOperand, division.RightOperand);
                break;
            case ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Divide, OperatorMethod: null } division when MoneyValues.IsInteger(division.Type):
                CheckDivision(context, division, division.Target, division.Value);
                break;
            // Math.Round(total / people, 2)
            case IInvocationOperation { TargetMethod: { Name: "Round" or "Floor" or "Truncate", ContainingType.Name: "Math" or "Decimal" }, Arguments: { IsEmpty: false } arguments }
                when arguments.At(0).Value.Unwrap() is IBinaryOperation { OperatorKind: BinaryOperatorKind.Divide, Type.SpecialType: SpecialType.System_Decimal } shared && IsHeadCount(shared.RightOperand):
                CheckDivision(context, shared, shared.LeftOperand, shared.RightOperand);
                break;
        }
    }

    private static void CheckDivision(OperationAnalysisContext context, IOperation division, IOperation whole, IOperation divisor)
    {
        // By one nothing is left, and a sum with a constant in it, as in `(cents * 19 + 50) / 100`, rounds on purpose.
        if (divisor.ConstantValue is { HasValue: true, Value: 1 or 1L } || Rounds(whole))
            return;
        var more = NameWords.List(s_minor.Read(context.Options.AnalyzerConfigOptionsProvider, division.Syntax.SyntaxTree));
        if (AmountIn(whole, more) is not { } amount || Remainders.IsApproximate(division, context.ContainingSymbol) || Remainders.IsHandled(division, amount))
            return;
        context.ReportDiagnostic(Descriptor.At(division.Syntax.GetLocation(), amount.Name, divisor.Bare().Syntax.ToString()));
    }

    private static bool Rounds(IOperation whole)
    {
        foreach (var operation in whole.DescendantsAndSelf())
        {
            if (operation is IBinaryOperation { OperatorKind: BinaryOperatorKind.Add or BinaryOperatorKind.Subtract } sum && (IsCorrection(sum.LeftOperand) || IsCorrection(sum.RightOperand)))
                return true;
        }
        return false;
    }

    // `+ 50`, `+ divisor / 2`, `+ (divisor - 1)`
    private static bool IsCorrection(IOperation operand) =>
        operand.ConstantValue.HasValue || operand.Bare() is IBinaryOperation { OperatorKind: BinaryOperatorKind.Divide or BinaryOperatorKind.Subtract };

    // `cents`, `cents * percent`, `order.TotalCents`
    private static ISymbol? AmountIn(IOperation whole, string[] more)
    {
        whole = whole.Bare();
        if (whole is IBinaryOperation { OperatorKind: BinaryOperatorKind.Multiply or BinaryOperatorKind.Add or BinaryOperatorKind.Subtract } pair)
            return AmountIn(pair.LeftOperand, more) ?? AmountIn(pair.RightOperand, more);
        return MoneyValues.SymbolOf(whole) is { } symbol && IsAmount(symbol, more) ? symbol : null;
    }

    private static bool IsAmount(ISymbol symbol, string[] more)
    {
        var type = FloatNumbers.TypeOf(symbol);
        if (type?.SpecialType != SpecialType.System_Decimal && !MoneyValues.IsInteger(type))
            return false;
        if (new MoneyContext(new MoneyNames([], [])).IsMoney(symbol))
            return true;
        return MoneyValues.IsInteger(type) && HasMinorUnit(symbol.Name, more) && !MoneyContext.IsElsewhere(symbol);
    }

    private static bool HasMinorUnit(string name, string[] more)
    {
        foreach (var word in NameWords.Of(name))
        {
            if (s_minorUnits.Contains(word) || Array.IndexOf(more, word) >= 0)
                return true;
        }
        return false;
    }

    private static bool IsHeadCount(IOperation divisor) => !divisor.ConstantValue.HasValue && MoneyValues.IsInteger(divisor.Bare().Type);
}
