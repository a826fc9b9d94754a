using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Retries;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Time;

/// <summary>Finds retry loops that wait equally long before every turn.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class FixedRetryDelay() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY4004",
        category: Category.Time,
        defaultSeverity: DiagnosticSeverity.Info,
        title: "A retry loop waits equally long before every turn",
        messageFormat: "Every retry waits {0}: all callers that failed together come back together, and as often while the other side is down; let the delay grow and spread it at random");

    private static readonly Words s_words = Words.Of("catch");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (types.Task is not null && !types.IsTestProject())
            context.RegisterBodyAction(s_words, c => Check(c, types), OperationKind.Try);
    }

    private static void Check(OperationAnalysisContext context, KnownTypes types)
    {
        if (RetryLoop.Of((ITryOperation)context.Operation) is not { } retry)
            return;
        // One retry has no second delay that could be longer.
        if (retry.MostTurns is <= 2)
            return;
        foreach (var operation in retry.AroundAttempt())
        {
            if (operation is not IInvocationOperation call || !types.IsPause(call) || Pauses.LengthOf(call) is not { } length)
                continue;
            // A file that is held for a moment is no service with many callers.
            if (Pauses.IsConstant(length) && !Pauses.IsLocal(length))
                context.ReportDiagnostic(Descriptor.At(length.Syntax.GetLocation(), [retry.Retried.Syntax.GetFirstToken().GetLocation()], Text(length)));
            return;
        }
    }

    private static string Text(IOperation length) =>
        length.ConstantValue is { HasValue: true, Value: int milliseconds } ? $"{milliseconds} ms" : $"'{length.Syntax}'";
}
