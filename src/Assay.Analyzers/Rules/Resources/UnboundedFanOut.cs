using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Resources;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Resources;

/// <summary>Finds calls to the outside that are started for all elements of a sequence at once.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnboundedFanOut() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY8003",
        category: Category.Resources,
        defaultSeverity: DiagnosticSeverity.Info,
        title: "Calls to the outside are started for all elements at once",
        messageFormat: "'{0}' is started for all elements of '{1}' at once: with a thousand of them the other side gets a thousand calls, and this side their connections and memory; bound them, as 'Parallel.ForEachAsync' does");

    private static readonly Words s_words = Words.Of("WhenAll");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (types.Task is null || types.IsTestProject())
            return;
        var fanOuts = new FanOuts(types);
        context.RegisterBodyAction(s_words, c => Check(c, types, fanOuts), OperationKind.Invocation);
    }

    private static void Check(OperationAnalysisContext context, KnownTypes types, FanOuts fanOuts)
    {
        var call = (IInvocationOperation)context.Operation;
        if (call.TargetMethod is not { Name: "WhenAll" } method || !method.ContainingType.Is(types.Task) || fanOuts.Of(call, context.CancellationToken) is not { } fanOut)
            return;
        context.ReportDiagnostic(Descriptor.At(call.NameLocation(), [fanOut.Call.Syntax.GetLocation()], fanOut.Call.TargetMethod.Name, Text(fanOut.Source)));
    }

    // A query is too long for a message; its source says what it is about.
    private static string Text(IOperation source)
    {
        while (source is IInvocationOperation { TargetMethod.ContainingType.Name: "Enumerable" } step && step.Receiver() is { } inner)
            source = inner.Bare();
        return source is IInvocationOperation call ? call.TargetMethod.Name : source.Syntax.ToString();
    }
}
