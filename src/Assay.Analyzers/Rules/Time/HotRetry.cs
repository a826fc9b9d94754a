using System.Collections.Immutable;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Catches;
using Assay.Analyzers.Semantics.Retries;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Time;

/// <summary>Finds retry loops that come back at once, or for ever.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class HotRetry() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY4005",
        category: Category.Time,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "A retry loop does not wait, or does not end",
        messageFormat: "{0}");

    private static readonly Words s_words = Words.Of("catch");

    private static readonly string[] s_remote =
    [
        "System.IO.IOException",
        "System.TimeoutException",
        "System.Net.Sockets.SocketException",
        "System.Net.Http.HttpRequestException",
        "System.Net.WebException",
        "System.Data.Common.DbException",
    ];

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (types.Exception is not null && !types.IsTestProject())
            context.RegisterBodyAction(s_words, c => Check(c, types), OperationKind.Try);
    }

    private static void Check(OperationAnalysisContext context, KnownTypes types)
    {
        if (RetryLoop.Of((ITryOperation)context.Operation) is not { } retry || !IsRemote(retry, types))
            return;
        // One retry can do no harm.
        if (retry.MostTurns is <= 2)
            return;
        var mayPause = RetryLoop.Own(retry.Loop, null).Any(o => o is IInvocationOperation call && Pauses.MayPause(call));
        if (!mayPause && !Repairs(retry, types) && !ChoosesAnother(retry))
            Report(context, retry, IsBounded(retry) ? "The next turn comes at once: the attempts are used up before the other side can recover; wait between them" : "The next turn comes at once, again and again while the other side is down: this loop keeps a processor busy and the other side down; wait between turns");
        else if (mayPause && !IsBounded(retry) && !CanBeStopped(retry, types))
            Report(context, retry, "The loop has no last turn and no token: while the other side stays down it retries for ever, and nothing can stop it; count the turns or pass a CancellationToken");
    }

    private static void Report(OperationAnalysisContext context, RetryLoop retry, string problem) =>
        context.ReportDiagnostic(Descriptor.At(
            retry.Retried.Syntax.GetFirstToken().GetLocation(),
            ImmutableArray.Create(retry.Loop.Syntax.GetFirstToken().GetLocation()),
            problem));

    // A lost race or a taken name is tried again at once; what is far away needs time.
    private static bool IsRemote(RetryLoop retry, KnownTypes types)
    {
        var caught = retry.Retried.ExceptionType;
        foreach (var name in s_remote)
        {
            if (caught.IsOrInherits(types[name]))
                return !caught.Name.Contains("Concurrency") && !IsLostRace(retry.Retried) && !Asks(retry) && !MakesName(retry);
        }
        var isWide = caught.SpecialType == SpecialType.System_Object || caught.Is(types.Exception);
        return isWide && RetryLoop.Own(retry.Attempt.Body, null).Any(o => o is IAwaitOperation);
    }

    // `when (exception.SqlState == "40001")`: two transactions met, and the other one is through by now.
    private static bool IsLostRace(ICatchClauseOperation retried) =>
        retried.Descendants().Any(o => o.ConstantValue is { HasValue: true, Value: "40001" or "40P01" or 1205 });

    // The user at the console is the delay.
    private static bool Asks(RetryLoop retry) =>
        RetryLoop.Own(retry.Loop, null).Any(o => o is IInvocationOperation { TargetMethod: { ContainingType.Name: "Console", Name: "ReadLine" or "ReadKey" or "Read" } });

    // `File.Create(Path.GetRandomFileName())`, `socket.Bind(local)`: every turn tries another name or port.
    private static bool MakesName(RetryLoop retry) =>
        RetryLoop.Own(retry.Loop, null).Any(o => o is IInvocationOperation { TargetMethod.Name: "GetRandomFileName" or "GetTempFileName" or "NewGuid" or "Next" or "Bind" or "Listen" });

    // A handler that does more than to log or to count may be what makes the next turn another one: it reconnects, signs in again.
    private static bool Repairs(RetryLoop retry, KnownTypes types)
    {
        foreach (var operation in RetryLoop.Own(retry.Retried.Handler, null))
        {
            switch (operation)
            {
                case IInvocationOperation call when !types.IsLogCall(call) && !IsQuestion(call):
                case ISimpleAssignmentOperation { Target: not ILocalReferenceOperation }:
                case IObjectCreationOperation { Parent: not IThrowOperation } created when !created.Type.IsOrInherits(types.Exception):
                    return true;
            }
        }
        return false;
    }

    // A flag in the filter, as in `when (mayDowngrade)`, or more awaited work on the way to the next turn makes that another one.
    private static bool ChoosesAnother(RetryLoop retry) =>
        retry.Retried.Filter is { } filter && filter.DescendantsAndSelf().Any(o => VariableUses.Variable(o) is not null && o.Type?.SpecialType == SpecialType.System_Boolean)
        || retry.AroundAttempt().Any(o => o is IAwaitOperation);

    private static bool IsQuestion(IInvocationOperation call) => call.Type?.SpecialType is SpecialType.System_Boolean or SpecialType.System_String;

    private static bool IsBounded(RetryLoop retry)
    {
        if (retry.Loop is IForLoopOperation { Condition: not null } || retry.Retried.Filter is not null)
            return true;
        foreach (var operation in retry.AroundAttempt())
        {
            if (operation is IThrowOperation or IReturnOperation or IInvocationOperation { TargetMethod.Name: "Throw" or "Rethrow" } || operation is IBranchOperation { BranchKind: BranchKind.Break or BranchKind.GoTo })
                return true;
            // `while (attempts++ < 5)`, `do … while (--left > 0)`
            if (operation is IIncrementOrDecrementOperation { Target: ILocalReferenceOperation counter } && ConditionMentions(retry, counter.Local))
                return true;
        }
        return false;
    }

    private static bool ConditionMentions(RetryLoop retry, ILocalSymbol local) =>
        retry.Loop is IWhileLoopOperation { Condition: { } condition } && condition.DescendantsAndSelf().Any(o => o is ILocalReferenceOperation read && read.Local.Is(local));

    private static bool CanBeStopped(RetryLoop retry, KnownTypes types)
    {
        // `while (!_isClosed)`: somebody else can end it.
        if (retry.Loop is IWhileLoopOperation { Condition: { } condition } && condition.DescendantsAndSelf().Any(o => o is IMemberReferenceOperation or IInvocationOperation or IParameterReferenceOperation))
            return true;
        foreach (var operation in RetryLoop.Own(retry.Loop, null))
        {
            if (operation is not IDefaultValueOperation && operation.Type.Is(types.CancellationToken) && operation.Parent is not IArgumentOperation { ArgumentKind: ArgumentKind.DefaultValue })
                return true;
        }
        // Other exceptions than the retried ones get out.
        return retry.Retried.ExceptionType.IsOrInherits(types["System.Threading.ThreadAbortException"]);
    }
}
