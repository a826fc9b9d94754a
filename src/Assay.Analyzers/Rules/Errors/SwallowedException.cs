using System.Collections.Immutable;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Catches;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Errors;

/// <summary>
/// Finds catch-alls that leave no trace of the failure. Of the rules that look at one catch, this one is the most general:
/// where the failure loses a record of a loop, SilentRecordDrop speaks instead. SwallowedCancellation asks something else,
/// whether a cancellation gets out, and may stand beside either of the two.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SwallowedException() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY3001",
        category: Category.Errors,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "A catch-all makes every failure disappear",
        messageFormat: "'{0}' swallows every exception: {1}");

    /// <summary>The property that tells the fix not to throw: it would do more harm than the silence.</summary>
    public const string BestEffort = nameof(BestEffort);

    private static readonly ImmutableDictionary<string, string?> s_bestEffort = ImmutableDictionary<string, string?>.Empty.Add(BestEffort, "");

    private static readonly Words s_words = Words.Of("catch");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        // Tests and their fixtures look at failures their own way.
        if (types.Exception is null || types.IsTestProject())
            return;
        context.RegisterBodyAction(s_words, operation => Check(operation, types), OperationKind.CatchClause);
    }

    private static void Check(OperationAnalysisContext context, KnownTypes types)
    {
        if (CatchFacts.OfCatchAll((ICatchClauseOperation)context.Operation, context.ContainingSymbol, types) is not { } facts)
            return;
        var swallowing = Swallowing.Of(facts, logIsTrace: true);
        // Logged, counted, stored, wrapped, answered or rethrown.
        if (swallowing.Silence == Silence.None)
            return;
        // One attempt of several may fail, and a lost record is told by the rule for it.
        if (Swallowing.IsRetried(facts) || RecordDrop.In(facts) is not null)
            return;
        var tested = swallowing.Exit.Kind == ExitKind.End ? AfterAttempt.TestedOutcome(facts) : null;
        // `var ok = false; try { ok = Work(); } catch { } if (ok) …`: the failure is answered behind the try.
        if (tested?.Type.SpecialType == SpecialType.System_Boolean)
            return;
        var isBestEffort = facts.IsCleaningUp || Cleanup.IsAllOf(facts.Attempt.Body, types) || Cleanup.IsWaitForTask(facts.Attempt.Body);
        context.ReportDiagnostic(Descriptor.At(
            facts.Header,
            isBestEffort || tested is not null || swallowing.Silence == Silence.Sometimes ? DiagnosticSeverity.Info : DiagnosticSeverity.Warning,
            [],
            isBestEffort ? s_bestEffort : null,
            facts.HeaderText,
            Consequence(facts, swallowing)));
    }

    private static string Consequence(CatchFacts facts, Swallowing swallowing)
    {
        var walk = swallowing.Walk;
        if (walk.LogWithoutException is { } log)
            return $"'{log.TargetMethod.Name}' is not given the exception, so its type, message and stack trace are lost";
        if (walk.DebugOnly is { } debug)
            return $"'{debug.TargetMethod.ContainingType.Name}.{debug.TargetMethod.Name}' does nothing in a release build";
        if (swallowing.Silence == Silence.Sometimes)
            return $"on the path that {WayOut(swallowing.Exit)} it is neither logged, counted nor rethrown";
        return swallowing.Exit switch
        {
            { Kind: ExitKind.Return, Statement: IReturnOperation { ReturnedValue: { } value } } =>
                $"the caller of {facts.FunctionName} gets '{value.Syntax.WithoutTrivia()}' and never learns that something failed",
            { Kind: ExitKind.Continue } => "the loop goes on and the failed turn leaves no trace",
            { Kind: ExitKind.Break } => "the loop ends and nobody learns why",
            _ => $"{facts.FunctionName} goes on as if nothing had failed",
        };
    }

    private static string WayOut(HandlerExit exit) =>
        exit.Statement is { Syntax: var syntax }
            ? $"leaves at line {syntax.GetLocation().GetLineSpan().StartLinePosition.Line + 1}"
            : "reaches the handler's end";
}
