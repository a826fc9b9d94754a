using System.Collections.Immutable;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Time;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Time;

/// <summary>Finds delays and timers that run on the system clock although a TimeProvider is in scope.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ClockBypassed() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY4003",
        category: Category.Time,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "A delay or timer bypasses the TimeProvider in scope",
        messageFormat: "'{0}' runs on the system clock, so a test that advances '{1}' still waits for it; {2}");

    private static readonly Words s_words = Words.Of("Delay", "WaitAsync", "CancelAfter", "Timer", "PeriodicTimer", "CancellationTokenSource", Vocabulary.UntypedNew);

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (types.TimeProvider is null)
            return;
        var waits = new ClockedWaits(types);
        context.RegisterBodyAction(s_words, c => Check(c, types, waits), OperationKind.Invocation, OperationKind.ObjectCreation);
    }

    private static void Check(OperationAnalysisContext context, KnownTypes types, ClockedWaits waits)
    {
        if (waits.WaitAt(context.Operation, context.CancellationToken) is not { } wait)
            return;
        var clock = ClockScope.At(types, context.Operation.SemanticModel!, context.Operation.Syntax, context.CancellationToken);
        // Without a TimeProvider in scope there is nothing to bypass; a clock interface has no timers.
        if (clock is not { IsTimeProvider: true })
            return;
        // A clock makes its timers from the real ones, and a test may want to wait for real.
        if (types.IsClockItself(context.ContainingSymbol.ContainingType) || types.IsInTestClass(context.ContainingSymbol))
            return;
        context.ReportDiagnostic(Descriptor.At(
            context.Operation.Syntax.GetLocation(),
            clock.Symbol.Locations.FirstOrDefault() is { IsInSource: true } declared ? [declared] : ImmutableArray<Location>.Empty,
            wait.Name,
            clock.Symbol.Name,
            wait.Kind switch
            {
                WaitKind.Timer => $"use '{clock.Symbol.Name}.CreateTimer'",
                WaitKind.CancelAfter => $"create the source with '{clock.Symbol.Name}'",
                _ => $"pass '{clock.Symbol.Name}'",
            }));
    }
}
