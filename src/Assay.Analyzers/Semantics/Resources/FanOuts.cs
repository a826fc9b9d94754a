using Assay.Analyzers.Semantics.Loops;
using Assay.Analyzers.Semantics.Requests;
using Assay.Analyzers.Semantics.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Resources;

/// <summary>Work that is started for every element of a sequence at once.</summary>
/// <param name="Source">The sequence.</param>
/// <param name="Work">What is started for an element: the body of a lambda or method, or the call in a loop.</param>
/// <param name="Call">The call that goes out, or leads there.</param>
internal sealed record FanOut(IOperation Source, IOperation Work, IInvocationOperation Call);

/// <summary>Recognises <c>Task.WhenAll</c> over a sequence of any size whose tasks leave the process with no throttle.</summary>
internal sealed class FanOuts(KnownTypes types)
{
    private readonly OutboundCalls _outbound = new(types);

    public FanOut? Of(IInvocationOperation whenAll, CancellationToken cancellationToken)
    {
        if (whenAll.Arguments.Length != 1 || StartedBy(whenAll.Arguments.At(0).Value.Bare(), cancellationToken) is not var (source, work, element) || IsBounded(source))
            return null;
        // A semaphore, a limiter or a WhenAny over the same tasks is a throttle by hand.
        if (IsThrottled(whenAll.Root()) || IsThrottled(work) || CallOut(work, element, cancellationToken) is not { } call)
            return null;
        return types.BodyOf(call.TargetMethod, cancellationToken) is { } body && IsThrottled(body) ? null : new FanOut(source, work, call);
    }

    /// <summary>The sequence and what is done for its elements, behind <c>Select</c>, a local or a loop that fills a list.</summary>
    private (IOperation Source, IOperation Work, ISymbol? Element)? StartedBy(IOperation tasks, CancellationToken cancellationToken)
    {
        switch (tasks)
        {
            case IInvocationOperation { TargetMethod: { Name: "Select", ContainingType.Name: "Enumerable" or "ParallelEnumerable" }, Arguments: { Length: 2 } arguments }:
                return arguments.At(1).Value.Bare() is IDelegateCreationOperation made && types.BodyOf(made, cancellationToken) is { } body
                    ? (arguments.At(0).Value.Bare(), body, made.Target is IAnonymousFunctionOperation { Symbol.Parameters: { Length: > 0 } parameters } ? parameters[0] : null)
                    : null;
            case IInvocationOperation { TargetMethod: { Name: "ToList" or "ToArray" or "Cast" or "AsEnumerable", ContainingType.Name: "Enumerable" } } step when step.Receiver() is { } inner:
                return StartedBy(inner.Bare(), cancellationToken);
            case ILocalReferenceOperation local when LocalWrites.OnlyValue(local)?.Bare() is { } value and not ILocalReferenceOperation:
                return StartedBy(value, cancellationToken) ?? FilledBy(local);
            default:
                return null;
        }
    }

    // foreach (var item in items) tasks.Add(SendAsync(item));
    private (IOperation Source, IOperation Work, ISymbol? Element)? FilledBy(ILocalReferenceOperation list)
    {
        foreach (var operation in list.Root().Descendants())
        {
            if (operation is IInvocationOperation { TargetMethod.Name: "Add", Instance: ILocalReferenceOperation filled, Arguments: { Length: 1 } added }
                && filled.Local.Is(list.Local) && types.IsTaskLike(added[0].Value.Bare().Type) && LoopTurns.Around(operation, list.Local) is IForEachLoopOperation loop)
            {
                // A wait in the loop lets only one turn go on at a time.
                return loop.Body.Descendants().Any(o => o is IAwaitOperation && !IsInFunction(o, loop)) ? null : (loop.Collection.Bare(), added[0].Value, loop.Locals.FirstOrDefault());
            }
        }
        return null;
    }

    private static bool IsInFunction(IOperation operation, IOperation outer)
    {
        for (var parent = operation.Parent; parent is not null && parent != outer; parent = parent.Parent)
        {
            if (parent is IAnonymousFunctionOperation or ILocalFunctionOperation)
                return true;
        }
        return false;
    }

    private IInvocationOperation? CallOut(IOperation work, ISymbol? element, CancellationToken cancellationToken)
    {
        // The thread pool decides how much of this runs at once.
        if (work.DescendantsAndSelf().Any(o => o is IInvocationOperation { TargetMethod: { Name: "Run", ContainingType: { } type } } && type.Is(types.Task)))
            return null;
        // What the elements do themselves: they are parts of the program, not rows.
        if (_outbound.FirstWithin(work, cancellationToken) is { } call)
            return IsOn(call, element) ? null : call;
        foreach (var operation in work.DescendantsAndSelf())
        {
            // A service behind an interface, asked once for each element.
            if (operation is IInvocationOperation { Instance: { } instance, TargetMethod: { IsAbstract: true, Name: var name } } asked && name.EndsWith("Async", StringComparison.Ordinal)
                && types.IsTaskLike(asked.Type) && instance.Bare() is IFieldReferenceOperation or IParameterReferenceOperation or IPropertyReferenceOperation && !IsOn(asked, element) && Takes(asked, element))
            {
                return asked;
            }
        }
        return null;
    }

    private static bool Takes(IInvocationOperation call, ISymbol? element) =>
        element is not null && call.Arguments.Any(a => LoopTurns.Mentions(a.Value, element));

    private static bool IsOn(IInvocationOperation call, ISymbol? element) =>
        element is not null && LoopTurns.Mentions(call.Receiver(), element);

    private bool IsThrottled(IOperation body)
    {
        foreach (var operation in body.Descendants())
        {
            if (operation is not IInvocationOperation { TargetMethod: { ContainingType: { } type, Name: var name } })
                continue;
            if (name is "WaitAsync" or "Wait" && type.Is(types["System.Threading.SemaphoreSlim"]) || name is "WhenAny" && type.Is(types.Task) || name is "AcquireAsync" or "EnterAsync" or "Chunk" or "Batch")
                return true;
        }
        return false;
    }

    // What the type was given when it was made, or what is written in the code, does not grow with the data.
    private static bool IsBounded(IOperation source)
    {
        switch (source)
        {
            case IFieldReferenceOperation { Instance: null or IInstanceReferenceOperation } or IPropertyReferenceOperation { Instance: null or IInstanceReferenceOperation }:
                return true;
            case IInvocationOperation { TargetMethod: { Name: "Take" or "Range" or "Repeat" or "Chunk" } }:
                return true;
            case IInvocationOperation { TargetMethod.ContainingType.Name: "Enumerable" } step when step.Receiver() is { } inner:
                return IsBounded(inner.Bare());
            case IParameterReferenceOperation { Parameter: var parameter }:
                return parameter.IsParams || IsBatchName(parameter.Name) || IsPart(parameter.Type);
            case ILocalReferenceOperation local:
                return IsBatchName(local.Local.Name) || LocalWrites.OnlyValue(local)?.Bare() is { } value and not ILocalReferenceOperation && IsBounded(value);
            case IObjectCreationOperation:
                return false;
            default:
                return LoopTurns.IsSmall(source);
        }
    }

    private static bool IsBatchName(string name)
    {
        foreach (var word in new[] { "batch", "chunk", "page", "partition", "shard" })
        {
            if (name.IndexOf(word, StringComparison.OrdinalIgnoreCase) >= 0)
                return true;
        }
        return false;
    }

    // Handlers, sinks and tasks are as many as the program has, or as somebody has already started.
    private static bool IsPart(ITypeSymbol type) =>
        (type is IArrayTypeSymbol array ? array.ElementType : (type as INamedTypeSymbol)?.TypeArguments.FirstOrDefault()) is { TypeKind: TypeKind.Interface or TypeKind.Delegate } or { Name: "Task" };
}
