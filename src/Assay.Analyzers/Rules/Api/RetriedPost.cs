using System.Collections.Immutable;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Requests;
using Assay.Analyzers.Semantics.Retries;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Api;

/// <summary>Finds requests that change something on the other side and are sent again without a key by which it knows them.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class RetriedPost() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY6004",
        category: Category.Api,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "A request that is not idempotent is sent again after a failure",
        messageFormat: "'{0}' is sent again after {1}, which says nothing about whether the server has done it: the same {2} may be done twice; send an Idempotency-Key header that stays the same on every turn");

    private static readonly Words s_statuses = Words.Of("IsSuccessStatusCode");
    private static readonly Words s_words = Words.Of("catch", "ExecuteAsync");
    private static readonly Words s_sends = Words.Of("Post*", "Patch*");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (types["System.Net.Http.HttpClient"] is null || types.IsTestProject())
            return;
        var posts = new Posts(types);
        context.RegisterBodyAction(s_words, MayPost, c => CheckAttempt(c, types, posts), OperationKind.Try);
        context.RegisterBodyAction(s_words, MayPost, c => CheckPipeline(c, posts), OperationKind.Invocation);
        context.RegisterBodyAction(s_statuses, MayPost, c => CheckLoop(c, posts), OperationKind.Loop);
        context.RegisterBodyAction(s_sends, c => CheckHandedOn(c, types, posts), OperationKind.Invocation);
    }

    // The post itself may stand in another method of the type.
    private static bool MayPost(MemberBody body, CancellationToken cancellationToken) =>
        WordIndex.Of(body.Syntax.SyntaxTree, cancellationToken).Has(s_sends);

    private static void CheckAttempt(OperationAnalysisContext context, KnownTypes types, Posts posts)
    {
        var attempt = (ITryOperation)context.Operation;
        if (RetryLoop.Of(attempt) is not { } retry || retry.MostTurns is 1 || !IsAboutTheAnswer(retry.Retried, types))
            return;
        foreach (var operation in RetryLoop.Own(attempt.Body, null))
        {
            if (operation is IInvocationOperation call && posts.Of(call, context.CancellationToken) is { } post)
            {
                var caught = retry.Retried.ExceptionType is { SpecialType: not SpecialType.System_Object } type ? $"'{type.Name}'" : "any failure";
                Report(context, call, post, caught, retry.Retried.Syntax.GetFirstToken().GetLocation());
            }
        }
    }

    // `AsyncRetryPolicy` and its siblings run their delegate again; a pipeline may hold anything.
    private static void CheckPipeline(OperationAnalysisContext context, Posts posts)
    {
        var execution = (IInvocationOperation)context.Operation;
        if (execution.TargetMethod.Name is not ("ExecuteAsync" or "Execute") || execution.Instance?.Bare().Type is not { ContainingNamespace: { Name: "Retry", ContainingNamespace.Name: "Polly" } } policy)
            return;
        foreach (var argument in execution.Arguments)
        {
            if (argument.Value.Bare() is not IDelegateCreationOperation { Target: IAnonymousFunctionOperation lambda })
                continue;
            foreach (var operation in lambda.Body.Descendants())
            {
                if (operation is IInvocationOperation call && posts.Of(call, context.CancellationToken) is { } post)
                    Report(context, call, post, $"a failure that the '{policy.Name}' handles", execution.NameLocation());
            }
        }
    }

    // `do { answer = await client.PostAsync(…); } while (!answer.IsSuccessStatusCode && --left > 0);`
    private static void CheckLoop(OperationAnalysisContext context, Posts posts)
    {
        var loop = (ILoopOperation)context.Operation;
        if (loop is IForEachLoopOperation || RetryLoop.TakesNextInput(loop) || !StatusLoops.EndOnSuccess(loop))
            return;
        foreach (var operation in RetryLoop.Own(loop.Body, null))
        {
            // Within a try that is repeated, the failure is what is caught.
            if (operation is ITryOperation attempt && RetryLoop.Of(attempt) is not null)
                return;
            if (operation is IInvocationOperation call && posts.Of(call, context.CancellationToken) is { } post)
                Report(context, call, post, "an unsuccessful answer", loop.Syntax.GetFirstToken().GetLocation());
        }
    }

    // `Retry(() => client.PostAsync(…))`, where a loop of this program calls the delegate again.
    private static void CheckHandedOn(OperationAnalysisContext context, KnownTypes types, Posts posts)
    {
        var handing = (IInvocationOperation)context.Operation;
        foreach (var argument in handing.Arguments)
        {
            if (argument.Value.Bare() is not IDelegateCreationOperation { Target: IAnonymousFunctionOperation lambda } || argument.Parameter is not { } taken || Repeating(handing.TargetMethod, taken.Ordinal, types, context.CancellationToken) is not { } retried)
                continue;
            var caught = retried.ExceptionType is { SpecialType: not SpecialType.System_Object } type ? $"'{type.Name}'" : "any failure";
            foreach (var operation in RetryLoop.Own(lambda.Body, null))
            {
                if (operation is IInvocationOperation call && posts.Of(call, context.CancellationToken) is { } post)
                    Report(context, call, post, caught, handing.NameLocation());
            }
        }
    }

    // The clause of the method's own retry loop that calls the parameter.
    private static ICatchClauseOperation? Repeating(IMethodSymbol method, int parameter, KnownTypes types, CancellationToken cancellationToken)
    {
        if (method.DeclaringSyntaxReferences.IsEmpty || types.BodyOf(method.OriginalDefinition, cancellationToken) is not { } body)
            return null;
        foreach (var operation in RetryLoop.Own(body, null))
        {
            if (operation is ITryOperation attempt && RetryLoop.Of(attempt) is { MostTurns: not 1 } retry && IsAboutTheAnswer(retry.Retried, types)
                && RetryLoop.Own(attempt.Body, null).Any(o => o is IInvocationOperation { TargetMethod.MethodKind: MethodKind.DelegateInvoke, Instance: { } called } && called.Bare() is IParameterReferenceOperation { Parameter: var run } && run.Ordinal == parameter))
            {
                return retry.Retried;
            }
        }
        return null;
    }

    private static void Report(OperationAnalysisContext context, IInvocationOperation call, Post post, string failure, Location again)
    {
        ImmutableArray<Location> related = post.Call == call ? [again] : [again, post.Call.Syntax.GetLocation()];
        context.ReportDiagnostic(Descriptor.At(call.NameLocation(), related, call.TargetMethod.Name, failure, post.Verb));
    }

    // What is caught must leave open whether the request arrived.
    private static bool IsAboutTheAnswer(ICatchClauseOperation retried, KnownTypes types)
    {
        var caught = retried.ExceptionType;
        if (caught.SpecialType == SpecialType.System_Object || caught.Is(types.Exception) || caught.Is(types["System.SystemException"]))
            return !ExcludesUncertain(retried);
        foreach (var name in new[] { "System.Net.Http.HttpRequestException", "System.OperationCanceledException", "System.TimeoutException", "System.IO.IOException", "System.Net.WebException" })
        {
            if (caught.IsOrInherits(types[name]))
                return !ExcludesUncertain(retried);
        }
        return false;
    }

    // `when (ex.StatusCode == HttpStatusCode.TooManyRequests)`: the server says that it did nothing.
    private static bool ExcludesUncertain(ICatchClauseOperation retried) =>
        retried.Filter is { } filter && filter.DescendantsAndSelf().Any(o => o is IFieldReferenceOperation { Field: { Name: "TooManyRequests" or "ServiceUnavailable" or "ConnectionRefused" or "ConnectionError" or "NameResolutionError" } });
}
