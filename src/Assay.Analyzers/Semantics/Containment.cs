using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics;

/// <summary>Tells whether a body lets exceptions out, or catches everything that can go wrong in it.</summary>
/// <param name="types">The types of the compilation.</param>
/// <param name="seenMayLeave">Whether it is enough that a handler sees each exception, cancellation aside, even if it rethrows.</param>
internal sealed class Containment(KnownTypes types, bool seenMayLeave)
{
    /// <summary>Whether every call and await of <paramref name="body"/> stands in a try that catches all and does not rethrow.</summary>
    public bool CatchesEverything(IOperation? body) => body switch
    {
        null => false,
        IBlockOperation block => All(block.Operations),
        ITryOperation attempt => Catches(attempt) || (attempt.Catches.IsEmpty && CatchesEverything(attempt.Body)),
        IForEachLoopOperation { IsAsynchronous: false } loop => IsHarmless(loop.Collection) && CatchesEverything(loop.Body),
        IWhileLoopOperation loop => IsHarmless(loop.Condition) && CatchesEverything(loop.Body),
        IForLoopOperation loop => IsHarmless(loop.Condition) && All(loop.Before) && All(loop.AtLoopBottom) && CatchesEverything(loop.Body),
        IConditionalOperation choice => IsHarmless(choice.Condition)
            && CatchesEverything(choice.WhenTrue)
            && (choice.WhenFalse is null || CatchesEverything(choice.WhenFalse)),
        ILockOperation @lock => CatchesEverything(@lock.Body),
        ILocalFunctionOperation => true,
        _ => IsHarmless(body),
    };

    private bool All(IEnumerable<IOperation> statements)
    {
        foreach (var statement in statements)
        {
            if (!CatchesEverything(statement))
                return false;
        }
        return true;
    }

    private bool Catches(ITryOperation attempt)
    {
        var all = false;
        foreach (var clause in attempt.Catches)
        {
            if (Throws(clause.Handler) && !MayThrow(clause))
                return false;
            all |= CatchesAll(clause);
        }
        return all;
    }

    // Cancellation is no failure, and a handler that does something first, such as logging, has seen the exception.
    private bool MayThrow(ICatchClauseOperation clause) =>
        seenMayLeave && (clause.Handler.Operations.Length > 1 || clause.ExceptionType.IsOrInherits(types.OperationCanceledException));

    private bool CatchesAll(ICatchClauseOperation clause)
    {
        if (!clause.ExceptionType.Is(types.Exception) && clause.ExceptionType.SpecialType != SpecialType.System_Object)
            return false;
        return clause.Filter is null || (seenMayLeave && IsAllButCancellation(clause.Filter));
    }

    // `when (ex is not OperationCanceledException)`
    private bool IsAllButCancellation(IOperation filter) =>
        filter is IIsPatternOperation { Pattern: INegatedPatternOperation { Pattern: { } excluded } }
        && excluded.NarrowedType.IsOrInherits(types.OperationCanceledException);

    private static bool Throws(IOperation handler)
    {
        foreach (var operation in handler.Descendants())
        {
            if (operation is IThrowOperation)
                return true;
        }
        return false;
    }

    private bool IsHarmless(IOperation? operation)
    {
        if (operation is null)
            return true;
        // By hand and not by Descendants: some parts are not looked into.
        var left = new Stack<IOperation>();
        left.Push(operation);
        while (left.Count > 0)
        {
            var part = left.Pop();
            switch (part)
            {
                case IThrowOperation:
                case IDynamicInvocationOperation:
                case IForEachLoopOperation or IUsingOperation or IUsingDeclarationOperation:
                case IAwaitOperation { Operation: var awaited } when !OnlyPauses(awaited):
                    return false;
                // Who waits for the completion source sees how the work ended.
                case IInvocationOperation call when types.CompletesSource(call.TargetMethod):
                // Made here, run elsewhere.
                case IAnonymousFunctionOperation:
                    continue;
                case IInvocationOperation call when !IsTrusted(call.TargetMethod):
                    return false;
            }
            foreach (var child in part.ChildOperations)
                left.Push(child);
        }
        return true;
    }

    // `Task.Yield()` cannot fail, a delay only by cancellation.
    private bool OnlyPauses(IOperation awaited) => awaited is IInvocationOperation call && (call.TargetMethod.Name == "ConfigureAwait"
        ? call.Instance is { } task && OnlyPauses(task)
        : IsPause(call.TargetMethod));

    private bool IsPause(IMethodSymbol method) =>
        method.ContainingType.Is(types.Task) && (method.Name == "Yield" || (method.Name == "Delay" && seenMayLeave));

    // Logging, clocks and interlocked operations are written outside the try without anyone expecting them to throw.
    private bool IsTrusted(IMethodSymbol method)
    {
        var type = method.ContainingType;
        if (type is null)
            return false;
        return IsPause(method)
            || (method.Name == "ConfigureAwait" && types.IsTaskLike(type))
            || type.Is(types["System.TimeSpan"])
            || type.Is(types["System.Diagnostics.Stopwatch"])
            || type.Is(types["System.Threading.Interlocked"])
            || type.Is(types["System.Threading.Volatile"])
            || type.Is(types["Microsoft.Extensions.Logging.LoggerExtensions"]);
    }
}
