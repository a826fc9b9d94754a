using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>A function that several threads run at the same time.</summary>
/// <param name="Function">The lambda or local function.</param>
/// <param name="Outside">The widest operation whose variables are common to the threads: what is declared in it is each thread's own.</param>
/// <param name="How">What runs it, as messages say it.</param>
/// <param name="Place">Where that stands.</param>
/// <param name="AfterAwait">Whether only what follows an await overlaps.</param>
/// <param name="Beside">The other functions that run at the same time, where each runs once; null where the function runs several times.</param>
internal sealed record Crowd(IOperation Function, IOperation Outside, string How, Location Place, bool AfterAwait, IReadOnlyList<IOperation>? Beside = null);

/// <summary>Recognises calls that run a lambda several times at once.</summary>
internal static class Crowds
{
    /// <summary>The functions that the operation lets several threads run: a call, or a thread that is made.</summary>
    public static IEnumerable<Crowd> StartedBy(IOperation operation)
    {
        var started = operation switch
        {
            IInvocationOperation call => StartedBy(call),
            IObjectCreationOperation { Type.Name: "Thread", Arguments.IsEmpty: false } thread when Function(thread.Arguments.At(0).Value) is { } function => OfLoop(thread, function, "threads of a loop"),
            _ => [],
        };
        return started.SelectMany(WithParts);
    }

    // What a function hands to local functions is run by the same threads.
    private static IEnumerable<Crowd> WithParts(Crowd crowd)
    {
        yield return crowd;
        var seen = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        foreach (var operation in crowd.Function.Descendants())
        {
            if (operation is IInvocationOperation { TargetMethod: { MethodKind: MethodKind.LocalFunction } method } && seen.Add(method)
                && Declared(method, operation) is { } part && !crowd.Outside.Syntax.Span.Contains(part.Syntax.Span))
                yield return crowd with { Function = part, Outside = part };
        }
    }

    private static IEnumerable<Crowd> StartedBy(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        switch (method.ContainingType?.Name)
        {
            case "Parallel" when method.Name is "For" or "ForEach" or "Invoke" or "ForAsync" or "ForEachAsync" && !IsSerial(call):
                return method.Name == "Invoke" ? OfInvoke(call) : OfArguments(call, $"'Parallel.{method.Name}'");
            case "ParallelEnumerable" when method.Name is "ForAll" or "Select" or "Where" or "SelectMany" or "Any" or "All" or "Sum" or "Count" or "Min" or "Max":
                return OfArguments(call, "a parallel query");
            case "Enumerable" when method.Name == "Select" && IsAwaitedTogether(call):
                return OfAsyncSelect(call);
            case "Task" or "TaskFactory" when method.Name is "Run" or "StartNew":
                return OfTask(call);
            default:
                return [];
        }
    }

    private static IEnumerable<Crowd> OfArguments(IInvocationOperation call, string how)
    {
        foreach (var argument in call.Arguments)
        {
            if (Function(argument.Value) is { } lambda && argument.Parameter?.Name != "localInit")
                yield return new(lambda, lambda, how, call.Syntax.GetLocation(), false);
        }
    }

    // Each of the lambdas runs once, but beside the others.
    private static IEnumerable<Crowd> OfInvoke(IInvocationOperation call)
    {
        var lambdas = call.Descendants().OfType<IAnonymousFunctionOperation>().Where(l => HandedTo(l) == call).ToList();
        foreach (var lambda in lambdas)
        {
            if (lambdas.Count > 1)
                yield return new(lambda, lambda, "'Parallel.Invoke'", call.Syntax.GetLocation(), false);
        }
    }

    private static IEnumerable<Crowd> OfAsyncSelect(IInvocationOperation call)
    {
        foreach (var argument in call.Arguments)
        {
            if (Function(argument.Value) is { } lambda && lambda is IAnonymousFunctionOperation { Symbol.IsAsync: true } or ILocalFunctionOperation { Symbol.IsAsync: true })
                yield return new(lambda, lambda, "tasks that 'Task.WhenAll' awaits together", call.Syntax.GetLocation(), true);
        }
    }

    // A task of a loop runs beside the tasks of the other rounds, unless each is awaited in its round.
    private static IEnumerable<Crowd> OfTask(IInvocationOperation call)
    {
        if (call.Arguments.Length == 0 || Function(call.Arguments.At(0).Value) is not { } lambda || IsAwaitedHere(call))
            yield break;
        var isRepeated = false;
        foreach (var crowd in OfLoop(call, lambda, "tasks of a loop"))
        {
            isRepeated = true;
            yield return crowd;
        }
        if (isRepeated)
            yield break;
        // Enumerable.Range(0, 4).Select(_ => Task.Run(() => …))
        if (Repeater(call) is { } repeated)
            yield return new(lambda, repeated, "several tasks", call.Syntax.GetLocation(), false);
        else if (Siblings(call) is { Count: > 0 } others)
            yield return new(lambda, lambda, "one of several tasks", call.Syntax.GetLocation(), false, others);
    }

    private static IEnumerable<Crowd> OfLoop(IOperation started, IOperation function, string how)
    {
        for (var around = started.Parent; around is not null and not IAnonymousFunctionOperation and not ILocalFunctionOperation; around = around.Parent)
        {
            if (around is ILoopOperation loop && !WaitsWithin(loop.Body, started))
                return [new(function, loop.Body, how, started.Syntax.GetLocation(), false)];
        }
        return [];
    }

    // The work of the other tasks that the function starts, with nothing awaited between them.
    private static List<IOperation> Siblings(IInvocationOperation call)
    {
        var siblings = new List<IOperation>();
        foreach (var operation in call.Root().Descendants())
        {
            if (operation != call && operation is IInvocationOperation { TargetMethod: { Name: "Run" or "StartNew", ContainingType.Name: "Task" or "TaskFactory" } } other
                && !other.Arguments.IsEmpty && other.IsInSameFunction(call) && Function(other.Arguments.At(0).Value) is { } work && !IsAwaitedHere(other) && AreTogether(call, other))
                siblings.Add(work);
        }
        return siblings;
    }

    private static bool AreTogether(IOperation one, IOperation other)
    {
        var (first, second) = one.Syntax.SpanStart < other.Syntax.SpanStart ? (one, other) : (other, one);
        foreach (var operation in one.Root().Descendants())
        {
            var position = operation.Syntax.SpanStart;
            if (position < first.Syntax.Span.End || position > second.Syntax.SpanStart || !operation.IsInSameFunction(one))
                continue;
            if (operation is IAwaitOperation or IReturnOperation or IBranchOperation or IConditionalOperation or ISwitchOperation
                or IInvocationOperation { TargetMethod.Name: "Wait" or "WaitAll" or "WaitOne" or "Join" or "GetResult" } or IPropertyReferenceOperation { Property.Name: "Result" })
                return false;
        }
        return !AreAlternatives(first, second);
    }

    // `flag ? Task.Run(…) : Task.Run(…)` starts one of them.
    private static bool AreAlternatives(IOperation first, IOperation second)
    {
        for (var around = second.Parent; around is not null; around = around.Parent)
        {
            if (around is IConditionalOperation or ISwitchExpressionOperation or ISwitchOperation && around.Syntax.Span.Contains(first.Syntax.Span))
                return true;
        }
        return false;
    }

    private static IOperation? Repeater(IInvocationOperation call)
    {
        for (var around = call.Parent; around is not null; around = around.Parent)
        {
            if (around is IAnonymousFunctionOperation lambda)
                return HandedTo(lambda) is { TargetMethod: { Name: "Select", ContainingType.Name: "Enumerable" } } select && !call.Syntax.Equals(select.Syntax) ? lambda : null;
        }
        return null;
    }

    private static bool WaitsWithin(IOperation body, IOperation call)
    {
        foreach (var operation in body.Descendants())
        {
            if (operation.Syntax.SpanStart < call.Syntax.Span.End)
                continue;
            switch (operation)
            {
                case IAwaitOperation:
                case IBranchOperation { BranchKind: BranchKind.Break }:
                case IReturnOperation:
                case IInvocationOperation { TargetMethod.Name: "Wait" or "WaitAll" or "Join" or "GetResult" }:
                case IPropertyReferenceOperation { Property.Name: "Result" }:
                    return true;
            }
        }
        return false;
    }

    private static bool IsAwaitedHere(IOperation task)
    {
        for (var around = task.Parent; around is not null; around = around.Parent)
        {
            switch (around)
            {
                case IAwaitOperation:
                    return true;
                case IConversionOperation or IParenthesizedOperation or IArgumentOperation:
                    continue;
                case IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "Unwrap" or "Wait" or "GetAwaiter" or "GetResult" or "WaitAsync" }:
                    if (around is IInvocationOperation { TargetMethod.Name: "Wait" or "GetResult" })
                        return true;
                    continue;
                case IPropertyReferenceOperation { Property.Name: "Result" }:
                    return true;
                default:
                    return false;
            }
        }
        return false;
    }

    // Task.WhenAll(items.Select(…)), also through a local and ToList.
    private static bool IsAwaitedTogether(IOperation tasks)
    {
        for (var around = tasks.Parent; around is not null; around = around.Parent)
        {
            switch (around)
            {
                case IInvocationOperation { TargetMethod: { Name: "WhenAll", ContainingType.Name: "Task" } }:
                    return true;
                case IVariableDeclaratorOperation declarator:
                    return IsGivenToWhenAll(declarator.Symbol, tasks.Root());
                case IArgumentOperation or IConversionOperation or IParenthesizedOperation or IVariableInitializerOperation or ISpreadOperation or ICollectionExpressionOperation:
                case IInvocationOperation { TargetMethod: { Name: "ToList" or "ToArray", ContainingType.Name: "Enumerable" } }:
                    continue;
                default:
                    return false;
            }
        }
        return false;
    }

    private static bool IsGivenToWhenAll(ILocalSymbol local, IOperation root)
    {
        foreach (var operation in root.Descendants())
        {
            if (operation is ILocalReferenceOperation reference && reference.Local.Is(local) && IsAwaitedTogether(reference))
                return true;
        }
        return false;
    }

    private static bool IsSerial(IInvocationOperation call)
    {
        foreach (var operation in call.Descendants())
        {
            if (operation is ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property.Name: "MaxDegreeOfParallelism" }, Value.ConstantValue: { HasValue: true, Value: 1 } })
                return true;
        }
        return false;
    }

    // A lambda, or a local function that is handed over by name.
    private static IOperation? Function(IOperation value) => value.Unwrap() is not IDelegateCreationOperation creation ? null : creation.Target switch
    {
        IAnonymousFunctionOperation lambda => lambda,
        IMethodReferenceOperation { Method: { MethodKind: MethodKind.LocalFunction } method } => Declared(method, creation),
        _ => null,
    };

    private static ILocalFunctionOperation? Declared(IMethodSymbol function, IOperation use)
    {
        foreach (var operation in use.Root().Descendants())
        {
            if (operation is ILocalFunctionOperation declared && declared.Symbol.Is(function.OriginalDefinition))
                return declared;
        }
        return null;
    }

    private static IInvocationOperation? HandedTo(IAnonymousFunctionOperation lambda)
    {
        for (var around = lambda.Parent; around is not null; around = around.Parent)
        {
            if (around is IInvocationOperation call)
                return call;
            if (around is not (IDelegateCreationOperation or IConversionOperation or IParenthesizedOperation or IArgumentOperation or IArrayCreationOperation or IArrayInitializerOperation or ICollectionExpressionOperation))
                return null;
        }
        return null;
    }
}
