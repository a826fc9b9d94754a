using System.Collections.Immutable;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Catches;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Errors;

/// <summary>
/// Finds wide catches that take a cancellation for a failure. It asks only whether the cancellation gets out; whether the
/// handler leaves a trace of real failures is asked by SwallowedException or SilentRecordDrop, one of which may stand beside.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SwallowedCancellation() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY3002",
        category: Category.Errors,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "A wide catch takes a cancellation for a failure",
        messageFormat: "'{0}' also catches OperationCanceledException: when {1} is cancelled, {2} instead of stopping");

    private static readonly Words s_words = Words.Of("catch");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        // Tests and their fixtures look at failures their own way.
        if (types.OperationCanceledException is null || types.CancellationToken is null || types.IsTestProject())
            return;
        context.RegisterBodyAction(s_words, operation => Check(operation, types), OperationKind.CatchClause);
    }

    private static void Check(OperationAnalysisContext context, KnownTypes types)
    {
        if (CatchFacts.OfBroadType((ICatchClauseOperation)context.Operation, context.ContainingSymbol, types) is not { } facts)
            return;
        if (CancellationEvidence.In(facts) is not { } evidence)
            return;
        var walk = new CancellationWalk(facts);
        if (IsTakenElsewhere(facts, walk) || CancellationEnd.IsAt(facts))
            return;
        walk.Run();
        if (FirstCaught(walk) is { } exit)
            Report(context, facts, evidence, evidence.Token is not null && !IsCallersChoice(facts, walk, exit) && !CancellationEnd.IsPause(facts), exit);
        // The caller hears of it, yet not as a cancellation.
        else if (walk.Converted is { } converted && evidence.Token is not null)
            Report(context, facts, evidence, isSure: false, new HandlerExit(ExitKind.Elsewhere, default, converted));
    }

    // A filter or an earlier clause that names the type: somebody thought of it.
    private static bool IsTakenElsewhere(CatchFacts facts, CancellationWalk walk)
    {
        if (facts.Clause.Filter is { } filter && (walk.IsAboutCancellation(filter) || (facts.HasClassifyingFilter && facts.Mentions(filter))))
            return true;
        foreach (var earlier in facts.Attempt.Catches)
        {
            if (earlier == facts.Clause)
                return false;
            if (earlier.ExceptionType.Is(facts.Types.OperationCanceledException) || (earlier.Filter is { } other && walk.IsAboutCancellation(other)))
                return true;
            // `catch (TaskCanceledException) { }`: to end here quietly is what was wanted.
            if (earlier.ExceptionType.IsOrInherits(facts.Types.OperationCanceledException) && !earlier.Handler.Descendants().Any(o => o is IThrowOperation))
                return true;
        }
        return false;
    }

    // `if (rethrow) throw;`, `if (IsDisposed) return; throw;`: a state decides, and it may be the right one. In a loop it is a retry.
    private static bool IsCallersChoice(CatchFacts facts, CancellationWalk walk, HandlerExit exit) =>
        walk.SomePathThrows && exit.Path.Guard == Guard.Unrelated && facts.EnclosingLoop is null;

    private static HandlerExit? FirstCaught(CancellationWalk walk)
    {
        foreach (var exit in walk.Exits)
        {
            if (!exit.Path.IsSettled && exit.Path.Guard != Guard.Excusing && exit.Kind != ExitKind.Elsewhere)
                return exit;
        }
        return null;
    }

    private static void Report(OperationAnalysisContext context, CatchFacts facts, CancellationEvidence evidence, bool isSure, HandlerExit exit)
    {
        var source = evidence.Token?.Syntax.GetLocation() ?? evidence.InScope?.Locations.FirstOrDefault();
        context.ReportDiagnostic(Descriptor.At(
            facts.Header,
            isSure ? DiagnosticSeverity.Warning : DiagnosticSeverity.Info,
            source is null ? [] : [source],
            ImmutableDictionary<string, string?>.Empty,
            facts.HeaderText,
            evidence.TokenName is { } name ? $"'{name}'" : "an awaited operation",
            WhatHappens(facts, exit)));
    }

    private static string WhatHappens(CatchFacts facts, HandlerExit exit) => exit switch
    {
        { Statement: IThrowOperation { Exception: { } wrapper } } => $"{facts.FunctionName} throws {wrapper.Unwrap().Type?.Name ?? "another exception"}",
        { Kind: ExitKind.Return, Statement: IReturnOperation { ReturnedValue: { } value } } => $"{facts.FunctionName} returns '{value.Syntax}'",
        { Kind: ExitKind.Elsewhere } => $"{facts.FunctionName} reports a failure",
        { Kind: ExitKind.Return or ExitKind.Break } => $"{facts.FunctionName} ends as if it had finished",
        _ => facts.EnclosingLoop is null ? $"{facts.FunctionName} goes on" : "the loop takes its next turn",
    };
}
