using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Money;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Data;

/// <summary>Finds money that is kept, read or computed in binary floating point.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class MoneyAsFloat() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY5008",
        category: Category.Data,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "Money is kept in binary floating point",
        messageFormat: "'{0}' is money and {1}: a {2} cannot hold 0.10 exactly, so sums and comparisons come out wrong by a cent; 'decimal' holds it");

    private static readonly RuleOption<string> s_names = new(
        "ASSAY5008.names",
        "",
        "More words that say by themselves that a value is money, separated by commas: `premium, fare`.");

    private static readonly RuleOption<string> s_never = new(
        "ASSAY5008.other_words",
        "",
        "More words that say that a value is no money though another word does, separated by commas: `karma, points`.");

    private static readonly Words s_parses = Words.Of("Parse", "TryParse", "ToDouble", "ToSingle");
    private static readonly Words s_decimals = Words.Of("decimal", "Decimal", "ToDecimal");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        // The amounts of tests are examples.
        if (types.IsTestProject())
            return;
        context.RegisterSemanticModelAction(CheckDeclarations);
        context.RegisterBodyAction(s_parses, CheckParse, OperationKind.Invocation);
        context.RegisterBodyAction(s_decimals, CheckConversion, OperationKind.Conversion, OperationKind.Invocation);
    }

    private static void CheckDeclarations(SemanticModelAnalysisContext context)
    {
        MoneyContext? money = null;
        foreach (var (symbol, name) in FloatNumbers.DeclaredIn(context.SemanticModel, context.CancellationToken))
        {
            money ??= ContextOf(context.Options, context.SemanticModel.SyntaxTree);
            if (money.IsMoney(symbol) && !DictatedTypes.IsDictated(symbol))
                Report(context.ReportDiagnostic, name.GetLocation(), symbol.Name, symbol is IMethodSymbol ? "returned as {0}" : "kept as {0}", FloatNumbers.Of(FloatNumbers.TypeOf(symbol))!);
        }
    }

    // `var price = double.Parse(text)`, `double.TryParse(text, out var price)`; a field or a parameter is told at its declaration.
    private static void CheckParse(OperationAnalysisContext context)
    {
        var call = (IInvocationOperation)context.Operation;
        if (!FloatNumbers.IsParse(call) || Filled(call) is not { } local || FloatNumbers.Of(local.Type) is not { } type)
            return;
        if (ContextOf(context.Options, call.Syntax.SyntaxTree).IsMoney(local))
            Report(context.ReportDiagnostic, call.Syntax.GetLocation(), local.Name, "read as {0}", type);
    }

    private static ILocalSymbol? Filled(IInvocationOperation call)
    {
        if (call.TargetMethod.Name == "TryParse")
        {
            foreach (var argument in call.Arguments)
            {
                if (argument.Parameter?.RefKind == RefKind.Out)
                    return ((argument.Value as IDeclarationExpressionOperation)?.Expression ?? argument.Value) is ILocalReferenceOperation written ? written.Local : null;
            }
            return null;
        }
        IOperation value = call;
        while (value.Parent is IConversionOperation or IParenthesizedOperation)
            value = value.Parent;
        return value.Parent switch
        {
            IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } => declarator.Symbol,
            ISimpleAssignmentOperation { Target: ILocalReferenceOperation target } => target.Local,
            _ => null,
        };
    }

    // `(decimal)((double)price * 1.19)`: what was exact before goes through a float and comes back rounded.
    private static void CheckConversion(OperationAnalysisContext context)
    {
        var computed = context.Operation switch
        {
            IConversionOperation { IsImplicit: false, Type.SpecialType: SpecialType.System_Decimal } conversion => conversion.Operand,
            IInvocationOperation { TargetMethod: { Name: "ToDecimal", ContainingType.Name: "Convert" }, Arguments: { Length: 1 } arguments } => arguments.At(0).Value,
            _ => null,
        };
        if (computed is null || FloatNumbers.Of(computed.Type) is not { } type || FloatRoundTrip.Of(computed) is not { } source)
            return;
        if (MoneyValues.SymbolOf(source) is { } symbol && ContextOf(context.Options, computed.Syntax.SyntaxTree).IsMoney(symbol))
            Report(context.ReportDiagnostic, context.Operation.Syntax.GetLocation(), symbol.Name, "computed as {0} in between", type);
    }

    private static MoneyContext ContextOf(AnalyzerOptions options, SyntaxTree tree) =>
        new(new MoneyNames(NameWords.List(s_names.Read(options.AnalyzerConfigOptionsProvider, tree)), NameWords.List(s_never.Read(options.AnalyzerConfigOptionsProvider, tree))));

    private static void Report(Action<Diagnostic> report, Location place, string name, string how, string type) =>
        report(Descriptor.At(place, name, string.Format(System.Globalization.CultureInfo.InvariantCulture, how, type), type));
}
