using Assay.Analyzers.Semantics.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics;

/// <summary>Tells whether a body lets exceptions out, or catches everything that can go wrong in it.</summary>
/// <param name="types">The types of the compilation.</param>
/// <param name="seenMayLeave">Whether it is enough that a handler sees each exception, cancellation aside, even if it rethrows.</param>
internal sealed class Containment(KnownTypes types, bool seenMayLeave)
{
    // `async () => await LoopAsync()` is as careful as the method it calls.
    private const int MostHops = 2;

    /// <summary>
    /// Whether every call and await of <paramref name="body"/> stands in a try that catches all and does not rethrow. A body
    /// without any such care was not written to be dropped, however little can go wrong in it today.
    /// </summary>
    public bool CatchesEverything(IOperation? body, CancellationToken cancellationToken)
    {
        if (body is null)
            return false;
        var walk = new Walk(types, seenMayLeave, MostHops, cancellationToken);
        return walk.LetsNothingOut(body) && walk.TookCare;
    }

    /// <summary>Whether nothing in <paramref name="body"/> is expected to fail, or it is caught.</summary>
    public bool LetsNothingOut(IOperation body, CancellationToken cancellationToken) =>
        new Walk(types, seenMayLeave, MostHops, cancellationToken).LetsNothingOut(body);

    /// <summary>One look through a body.</summary>
    private sealed class Walk(KnownTypes types, bool seenMayLeave, int hops, CancellationToken cancellationToken)
    {
        /// <summary>Whether something on the way was written to catch or report exceptions.</summary>
        public bool TookCare { get; private set; }

        public bool LetsNothingOut(IOperation body) => body switch
        {
            IBlockOperation block => All(block.Operations),
            ITryOperation attempt => Catches(attempt)
                || (attempt.Catches.IsEmpty && LetsNothingOut(attempt.Body) && (attempt.Finally is null || LetsNothingOut(attempt.Finally))),
            IForEachLoopOperation { IsAsynchronous: false } loop => IsHarmless(loop.Collection) && LetsNothingOut(loop.Body),
            IWhileLoopOperation loop => IsHarmless(loop.Condition) && LetsNothingOut(loop.Body),
            IForLoopOperation loop => IsHarmless(loop.Condition) && All(loop.Before) && All(loop.AtLoopBottom) && LetsNothingOut(loop.Body),
            IConditionalOperation choice => IsHarmless(choice.Condition)
                && LetsNothingOut(choice.WhenTrue)
                && (choice.WhenFalse is null || LetsNothingOut(choice.WhenFalse)),
            ILockOperation @lock => LetsNothingOut(@lock.Body),
            ILocalFunctionOperation => true,
            _ => IsHarmless(body),
        };

        private bool All(IEnumerable<IOperation> statements)
        {
            foreach (var statement in statements)
            {
                if (!LetsNothingOut(statement))
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
            TookCare |= all;
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
                if (IsSealed(part))
                    continue;
                if (MayFail(part))
                    return false;
                foreach (var child in part.ChildOperations)
                    left.Push(child);
            }
            return true;
        }

        /// <summary>Whether nothing inside the operation matters.</summary>
        private bool IsSealed(IOperation part)
        {
            switch (part)
            {
                // Made here, run elsewhere.
                case IAnonymousFunctionOperation:
                    return true;
                // Who waits for the completion source sees how the work ended.
                case IInvocationOperation call when types.CompletesSource(call.TargetMethod) || ExecutesTask(call.TargetMethod):
                    TookCare = true;
                    return true;
                case IAwaitOperation { Operation: var awaited }:
                    return OnlyPauses(awaited);
                default:
                    return false;
            }
        }

        // A scheduler runs a task of its caller, which keeps the exception.
        private bool ExecutesTask(IMethodSymbol method) =>
            method.Name == "TryExecuteTask" && method.ContainingType.Is(types["System.Threading.Tasks.TaskScheduler"]);

        private bool MayFail(IOperation part) => part switch
        {
            IThrowOperation or IDynamicInvocationOperation => true,
            IForEachLoopOperation or IUsingOperation or IUsingDeclarationOperation => true,
            // Its call is looked at by itself; anything else may be a task that fails.
            IAwaitOperation { Operation: not IInvocationOperation } => true,
            IInvocationOperation call => !IsTrusted(call) && !LetsNothingOut(call.TargetMethod),
            _ => false,
        };

        // `Task.Yield()` and a completed task cannot fail, a delay only by cancellation.
        private bool OnlyPauses(IOperation awaited) => awaited switch
        {
            IInvocationOperation { TargetMethod.Name: "ConfigureAwait", Instance: { } task } => OnlyPauses(task),
            IInvocationOperation call => call.TargetMethod.ContainingType.Is(types.Task)
                && (call.TargetMethod.Name == "Yield" || (call.TargetMethod.Name == "Delay" && seenMayLeave)),
            IPropertyReferenceOperation { Property: { Name: "CompletedTask" } property } => property.ContainingType.Is(types.Task),
            _ => false,
        };

        // Logging, clocks and interlocked operations are written outside the try without anyone expecting them to throw.
        private bool IsTrusted(IInvocationOperation call)
        {
            if (call.TargetMethod.ContainingType is not { } type)
                return false;
            if (call.TargetMethod.Name == "ConfigureAwait" && types.IsTaskLike(type))
                return true;
            return type.Is(types["System.Diagnostics.Stopwatch"])
                || type.Is(types["System.Threading.Interlocked"])
                || type.Is(types["System.Threading.Volatile"])
                || (call.TargetMethod.ReturnsVoid && Logs(call));
        }

        private bool Logs(IInvocationOperation call)
        {
            if (types["Microsoft.Extensions.Logging.ILogger"] is not { } logger)
                return false;
            var first = call.Instance ?? (call.Arguments.IsEmpty ? null : call.Arguments.At(0).Value);
            return first?.Unwrap().Type.IsOrInherits(logger) == true;
        }

        private bool LetsNothingOut(IMethodSymbol method)
        {
            // Sync code that hands out a task does not see how it ends.
            if (!method.IsAsync && types.IsTaskLike(method.ReturnType))
                return false;
            if (hops == 0 || types.BodyOf(method, cancellationToken) is not { } body)
                return false;
            var walk = new Walk(types, seenMayLeave, hops - 1, cancellationToken);
            if (!walk.LetsNothingOut(body))
                return false;
            TookCare |= walk.TookCare;
            return true;
        }
    }
}
