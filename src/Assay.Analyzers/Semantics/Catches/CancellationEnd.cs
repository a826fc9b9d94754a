using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Catches;

/// <summary>Places where a cancellation has arrived: nobody further out waits for it, or the code stops by itself.</summary>
internal static class CancellationEnd
{
    public static bool IsAt(CatchFacts facts)
    {
        // The program ends here; while tidying up or stopping, a cancelled wait is what was asked for.
        if (facts.IsInEntryPoint || facts.IsCleaningUp || facts.Function is null or { Name: "StopAsync" or "CloseAsync" or "ShutdownAsync" })
            return true;
        // Out of an async void the cancellation would end the process.
        if (facts.Function is { IsAsync: true, ReturnsVoid: true })
            return true;
        if (IsSupervised(facts.Attempt) || AsksTokenBehind(facts.Attempt))
            return true;
        return IsOutermostOfBackgroundWork(facts) || CancelsItself(facts);
    }

    // `while (!token.IsCancellationRequested) { try … catch … log }`: the loop stops by itself.
    private static bool IsSupervised(IOperation attempt)
    {
        for (var parent = attempt.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is IAnonymousFunctionOperation or ILocalFunctionOperation)
                return false;
            var condition = parent switch { IWhileLoopOperation loop => loop.Condition, IForLoopOperation loop => loop.Condition, _ => null };
            if (condition is not null && AsksToken(condition))
                return true;
            if (parent is ILoopOperation { Body: IBlockOperation body } && AsksTokenToLeave(body.Operations))
                return true;
        }
        return false;
    }

    // `try … catch { }  token.ThrowIfCancellationRequested();`: it gets out one line later.
    private static bool AsksTokenBehind(ITryOperation attempt)
    {
        foreach (var statement in AfterAttempt.Following(attempt))
        {
            if (statement is IConditionalOperation { Condition: var condition } && AsksToken(condition))
                return true;
            if (statement is IExpressionStatementOperation { Operation: IInvocationOperation { TargetMethod.Name: "ThrowIfCancellationRequested" } })
                return true;
        }
        return false;
    }

    private static bool AsksToken(IOperation condition)
    {
        foreach (var inner in condition.DescendantsAndSelf())
        {
            if (inner is IPropertyReferenceOperation { Property.Name: "IsCancellationRequested" })
                return true;
            // A wait with the token in the condition throws outside the try.
            if (inner is IArgumentOperation { ArgumentKind: not ArgumentKind.DefaultValue, Value.Type: { Name: "CancellationToken" } })
                return true;
        }
        return false;
    }

    // `foreach (…) { token.ThrowIfCancellationRequested(); try … }`, or a wait with the token outside the try.
    private static bool AsksTokenToLeave(IEnumerable<IOperation> statements)
    {
        foreach (var statement in statements)
        {
            if (statement is IConditionalOperation { Condition: var condition } && AsksToken(condition))
                return true;
            if (statement is IExpressionStatementOperation { Operation: var expression } && (AsksToken(expression) || Throws(expression)))
                return true;
        }
        return false;

        static bool Throws(IOperation expression) => expression is IInvocationOperation { TargetMethod.Name: "ThrowIfCancellationRequested" };
    }

    // The outermost try of a hosted service or of a lambda that was handed to a thread: nobody awaits the exception.
    private static bool IsOutermostOfBackgroundWork(CatchFacts facts)
    {
        if (facts.EnclosingLoop is not null)
            return false;
        if (facts.Function is { IsOverride: true, Name: "ExecuteAsync" } service)
            return service.ContainingType.IsOrInherits(facts.Types["Microsoft.Extensions.Hosting.BackgroundService"]);
        for (var parent = facts.Attempt.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is IAnonymousFunctionOperation lambda)
                return IsHandedToThread(lambda);
        }
        return false;
    }

    private static bool IsHandedToThread(IAnonymousFunctionOperation lambda)
    {
        var outer = lambda.Parent;
        while (outer is IDelegateCreationOperation or IConversionOperation or IArgumentOperation)
            outer = outer.Parent;
        return outer switch
        {
            IObjectCreationOperation { Type.Name: "Thread" or "Timer" } => true,
            IInvocationOperation { TargetMethod: { Name: "Run" or "StartNew" or "QueueUserWorkItem" or "UnsafeQueueUserWorkItem" } } => true,
            _ => false,
        };
    }

    /// <summary><c>try { await Task.Delay(delay, token); } catch { }</c>: only a cancellation is caught there, and it ends the pause.</summary>
    public static bool IsPause(CatchFacts facts)
    {
        if (facts.EnclosingLoop is not null || !facts.Clause.Handler.Operations.IsEmpty || facts.Attempt.Body is not { Operations: { Length: 1 } only })
            return false;
        if (only[0] is not IExpressionStatementOperation { Operation: IAwaitOperation { Operation: IInvocationOperation awaited } })
            return false;
        var call = awaited is { TargetMethod.Name: "ConfigureAwait", Instance: IInvocationOperation configured } ? configured : awaited;
        return call.TargetMethod is { Name: "Delay", IsStatic: true, ContainingType: var type } && type.Is(facts.Types.Task);
    }

    // `source.Cancel(); try { await _loop; } catch { }`: the code waits for the cancellation it asked for.
    private static bool CancelsItself(CatchFacts facts)
    {
        for (IOperation? block = facts.Attempt.Parent; block is not null; block = block.Parent)
        {
            if (block is IAnonymousFunctionOperation or ILocalFunctionOperation)
                return false;
            if (block is not IBlockOperation)
                continue;
            foreach (var statement in block.ChildOperations)
            {
                if (statement.Syntax.SpanStart >= facts.Attempt.Syntax.SpanStart)
                    break;
                foreach (var inner in statement.Descendants())
                {
                    if (inner is IInvocationOperation { TargetMethod: { Name: "Cancel" or "CancelAsync" } })
                        return true;
                }
            }
        }
        return false;
    }
}
