using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Time;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Time;

/// <summary>Finds comparisons of <c>Environment.TickCount</c> that come out wrong when it wraps to its lowest value after 24.9 days.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TickCountWrap() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY4006",
        category: Category.Time,
        defaultSeverity: DiagnosticSeverity.Info,
        title: "A tick count is compared across its wrap",
        messageFormat: "Environment.TickCount wraps to its lowest value every 49.7 days, first after 24.9: '{0}' {1}; use TickCount64");

    private static readonly Words s_words = Words.Of("TickCount");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (types["System.Environment"] is not null)
            context.RegisterBodyAction(s_words, c => Check(c, types), OperationKind.Binary);
    }

    private static void Check(OperationAnalysisContext context, KnownTypes types)
    {
        var binary = (IBinaryOperation)context.Operation;
        if (Problem(binary, types) is { } problem)
            context.ReportDiagnostic(Descriptor.At(binary.Syntax.GetLocation(), binary.Syntax.ToString(), problem));
    }

    private static string? Problem(IBinaryOperation binary, KnownTypes types)
    {
        switch (binary.OperatorKind)
        {
            case BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual or BinaryOperatorKind.GreaterThan or BinaryOperatorKind.GreaterThanOrEqual:
                // Against a constant it asks for the sign, or whether there is a value.
                if (!IsNumber(binary.LeftOperand) || !IsNumber(binary.RightOperand))
                    return null;
                return TickPoints.IsPoint(binary.LeftOperand, types) || TickPoints.IsPoint(binary.RightOperand, types) ? "then compares a time before the wrap with one after it, and is wrong for weeks" : null;
            case BinaryOperatorKind.Subtract:
                if (!TickPoints.IsPoint(binary.LeftOperand, types) || !TickPoints.IsPoint(binary.RightOperand, types))
                    return null;
                // The difference of two ints is right across the wrap, as long as it may overflow.
                if (binary.Type?.SpecialType is SpecialType.System_Int64 or SpecialType.System_Double or SpecialType.System_Decimal)
                    return "is then negative by 49 days, for it is wider than the count";
                return binary.IsChecked && binary.Type?.SpecialType == SpecialType.System_Int32 ? "then throws an OverflowException" : null;
            default:
                return null;
        }
    }

    private static bool IsNumber(IOperation operand) => !operand.ConstantValue.HasValue && operand.Bare().Type is { SpecialType: not SpecialType.None };
}
