using System.Collections.Immutable;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Time;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Assay.Analyzers.Rules.Time;

/// <summary>Finds durations and timeouts measured between two readings of the wall clock, which is set while they run.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class WallClockDuration() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY4002",
        category: Category.Time,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "A duration is measured with the wall clock",
        messageFormat: "'{0}' holds the wall-clock time of line {1}, so this {2} is wrong when the clock is set in between; measure it with {3}");

    private static readonly Words s_readings = Words.Of("Now", "UtcNow", "GetUtcNow", "GetLocalNow");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        var spans = new WallClockSpans(types);
        // Both readings stand in the file, though not always in the body that subtracts them.
        context.RegisterBodyAction(
            null, (body, token) => WordIndex.Of(body.Syntax.SyntaxTree, token).Has(s_readings), c => Check(c, types, spans), OperationKind.Binary, OperationKind.Invocation);
    }

    private static void Check(OperationAnalysisContext context, KnownTypes types, WallClockSpans spans)
    {
        if (!WallClockSpans.MayBeSpan(context.Operation))
            return;
        // One end is a parameter, a row, a message: a timestamp that no monotonic counter could replace.
        if (spans.SpanOf(context.Operation, context.CancellationToken) is not { } span)
            return;
        var clock = ClockScope.At(types, context.Operation.SemanticModel!, context.Operation.Syntax, context.CancellationToken);
        var start = span.Start.Syntax.GetLocation();
        context.ReportDiagnostic(Descriptor.At(
            context.Operation.Syntax.GetLocation(),
            [start],
            span.Variable.Name,
            start.GetLineSpan().StartLinePosition.Line + 1,
            span.IsTimeout ? "timeout" : "elapsed time",
            clock is { IsTimeProvider: true } ? $"'{clock.Symbol.Name}.GetElapsedTime'" : "'Stopwatch.GetElapsedTime'"));
    }
}
