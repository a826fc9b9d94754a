using System.Collections.Immutable;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Catches;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Errors;

/// <summary>
/// Finds loops over records whose catch-all goes on to the next record and keeps nothing of the failed one. A log line is not
/// enough here: nobody can process a record again from a log line. Where this rule speaks, SwallowedException is silent.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SilentRecordDrop() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY3005",
        category: Category.Errors,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "A loop drops the records that fail",
        messageFormat: "When {0} fails, '{1}' {2} to the next turn: it is lost, for nothing collects, counts or dead-letters it");

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
        if (RecordDrop.In(facts) is not { } drop)
            return;
        // A number or a text may be a record or just stand for something optional; logging it can be all that is wanted.
        // What was fetched can be fetched again, and the log says that it has to be. What a call that does not compile works on is not known.
        var isSure = !drop.IsUnbound && (drop.IsLogged ? drop.Loop.Evidence == RecordEvidence.Strong && drop.IsHandedOver : drop.Loop.Evidence != RecordEvidence.Name);
        context.ReportDiagnostic(Descriptor.At(
            facts.Header,
            isSure ? DiagnosticSeverity.Warning : DiagnosticSeverity.Info,
            [drop.Loop.Place.Syntax.GetFirstToken().GetLocation()],
            ImmutableDictionary<string, string?>.Empty,
            drop.Loop.RecordText,
            facts.HeaderText,
            drop.IsLogged ? "only logs and goes on" : "goes on"));
    }
}
