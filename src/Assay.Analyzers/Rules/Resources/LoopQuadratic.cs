using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Loops;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Resources;

/// <summary>Finds loops over data whose every turn goes over the data once more.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LoopQuadratic() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY8006",
        category: Category.Resources,
        defaultSeverity: DiagnosticSeverity.Info,
        title: "A loop over data goes over the data again on every turn",
        messageFormat: "'{0}' {1} on every turn of the loop of line {2}: ten times the data takes a hundred times as long; {3}");

    private static readonly Words s_calls = Words.Of("Contains", "IndexOf", "RemoveAt", "Insert", "ElementAt");

    private static readonly Words s_loops = Words.Of("for", "foreach", "while");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        var searches = new ListSearches(types);
        context.RegisterBodyAction(s_calls, HasLoop, c => CheckCall(c, searches), OperationKind.Invocation);
        context.RegisterBodyAction(s_loops, TextSums.MayAddInLoop, CheckSum, OperationKind.CompoundAssignment, OperationKind.SimpleAssignment);
    }

    private static bool HasLoop(MemberBody body, CancellationToken cancellationToken) =>
        WordIndex.Of(body.Syntax.SyntaxTree, cancellationToken).Has(s_loops, body.Span);

    private static void CheckCall(OperationAnalysisContext context, ListSearches searches)
    {
        var call = (IInvocationOperation)context.Operation;
        switch (call.TargetMethod.Name)
        {
            case "Contains" or "IndexOf" when searches.OfSearch(call) is var (list, loop):
                Report(context, $"{list.Name}.{call.TargetMethod.Name}", "looks at one element after the other", loop, IsPosition(call) ? "keep a Dictionary of the positions" : "ask a HashSet");
                break;
            case "RemoveAt" when searches.OfShift(call) is var (list, loop):
                Report(context, $"{list.Name}.RemoveAt(0)", "moves all other elements", loop, "take from a Queue");
                break;
            case "Insert" when searches.OfShift(call) is var (list, loop):
                Report(context, $"{list.Name}.Insert(0, …)", "moves all other elements", loop, "add at the end and reverse once");
                break;
            case "ElementAt" when searches.OfWalk(call) is { } loop:
                Report(context, call.TargetMethod.Name, "walks from the first element", loop, "use foreach, or a list");
                break;
        }
    }

    // `IndexOf(x) >= 0` only asks whether it is there.
    private static bool IsPosition(IInvocationOperation call) =>
        call.TargetMethod.Name == "IndexOf" && call.Parent is not IBinaryOperation { OperatorKind: not (BinaryOperatorKind.Add or BinaryOperatorKind.Subtract or BinaryOperatorKind.Multiply) };

    private static void CheckSum(OperationAnalysisContext context)
    {
        if (TextSums.Of((IAssignmentOperation)context.Operation) is var (text, loop))
            Report(context, $"{text.Name} +=", "copies all the text so far", loop, "use a StringBuilder");
    }

    private static void Report(OperationAnalysisContext context, string what, string does, ILoopOperation loop, string cure)
    {
        var head = loop.Syntax.GetFirstToken().GetLocation();
        context.ReportDiagnostic(Descriptor.At(context.Operation.Syntax.GetLocation(), [head], what, does, head.Line(), cure));
    }
}
