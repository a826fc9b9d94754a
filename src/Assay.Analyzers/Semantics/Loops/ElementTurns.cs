using Assay.Analyzers.Semantics.Retries;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Loops;

/// <summary>A loop, or a LINQ call, that runs a body once for each element of something.</summary>
/// <param name="Body">What runs for each.</param>
/// <param name="Place">Where the loop begins.</param>
/// <param name="Element">The element, the index that picks it, or the reader that stands on it.</param>
/// <param name="Name">How a message names the element.</param>
/// <param name="Collection">What the loop goes through; null where that is a reader.</param>
internal sealed record ElementTurns(IOperation Body, Location Place, ISymbol Element, string Name, IOperation? Collection)
{
    /// <summary>The loop around the operation; null where there is none, or where it goes through a stream or does something else than take elements.</summary>
    public static ElementTurns? Around(IOperation operation)
    {
        var child = operation;
        for (var parent = operation.Parent; parent is not null; child = parent, parent = parent.Parent)
        {
            switch (parent)
            {
                // What a loop goes through is asked for once; a stream brings its elements one by one.
                case IForEachLoopOperation each:
                    return each.Body == child && !each.IsAsynchronous && !each.Locals.IsEmpty ? new(each.Body, Head(each), each.Locals[0], each.Locals[0].Name, each.Collection) : null;
                case IForLoopOperation counted:
                    return counted.Body == child ? Counted(counted) : null;
                case IWhileLoopOperation rows:
                    return rows.Body == child && Reader(rows.Condition) is { } reader ? new(rows.Body, Head(rows), reader, reader.Name, null) : null;
                case IAnonymousFunctionOperation lambda:
                    return ForEach(lambda);
                case ILoopOperation or ILocalFunctionOperation or ICatchClauseOperation:
                    return null;
            }
        }
        return null;
    }

    /// <summary>Whether the operation hangs on the element: it reads it, or a local of the turn that was made of it.</summary>
    public bool IsReadBy(IOperation operation)
    {
        foreach (var part in operation.Descendants())
        {
            if (IsElement(part))
                return true;
            if (part is ILocalReferenceOperation local && IsOfTurn(local.Local) && LocalWrites.OnlyValue(local) is { } only && only.DescendantsAndSelf().Any(IsElement))
                return true;
        }
        return false;
    }

    private bool IsElement(IOperation operation) => VariableUses.Variable(operation) is { } variable && variable.Is(Element);

    private bool IsOfTurn(ILocalSymbol local) => local.DeclaringSyntaxReferences.Any(r => Body.Syntax.Span.Contains(r.Span));

    private static Location Head(IOperation loop) => loop.Syntax.GetFirstToken().GetLocation();

    // An index that picks elements; what only counts may count pages or attempts.
    private static ElementTurns? Counted(IForLoopOperation loop)
    {
        if (loop.Locals.IsEmpty || !RetryLoop.Counts(loop, loop.Locals[0]))
            return null;
        foreach (var operation in loop.Body.Descendants())
        {
            var (picked, index) = operation switch
            {
                IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } list, Arguments: { Length: 1 } keys } => (list, keys[0].Value),
                IArrayElementReferenceOperation { Indices: { Length: 1 } indices } element => (element.ArrayReference, indices[0]),
                _ => (null, null),
            };
            if (index?.Bare() is ILocalReferenceOperation local && local.Local.Is(loop.Locals[0]))
                return new(loop.Body, Head(loop), local.Local, operation.Syntax.ToString(), picked);
        }
        return null;
    }

    // `while (await reader.ReadAsync(token))`
    private static ISymbol? Reader(IOperation? condition)
    {
        var read = condition?.Bare();
        if (read is IAwaitOperation { Operation: var awaited })
            read = awaited is IInvocationOperation { TargetMethod.Name: "ConfigureAwait", Instance: { } configured } ? configured : awaited;
        return read is IInvocationOperation { TargetMethod.Name: "Read" or "ReadAsync", Instance: { } reader } ? VariableUses.Variable(reader.Bare()) : null;
    }

    // `ids.Select(id => …)` over what is in memory, `list.ForEach(…)`; tasks that are started at once do not run one after the other.
    private static ElementTurns? ForEach(IAnonymousFunctionOperation lambda)
    {
        if (lambda.Symbol is not { IsAsync: false, Parameters: { Length: > 0 } parameters } || lambda.Parent is not IDelegateCreationOperation { Parent: IArgumentOperation { Parent: IInvocationOperation call } })
            return null;
        var isForEach = call.TargetMethod is { Name: "Select" or "SelectMany" or "ToDictionary" or "Sum", ContainingType: { Name: "Enumerable", ContainingNamespace.Name: "Linq" } } or { Name: "ForEach", ContainingType.Name: "List" };
        return isForEach && Tasks.Awaitables.AwaitedType(lambda.Symbol.ReturnType) is null ? new(lambda.Body, call.NameLocation(), parameters[0], parameters[0].Name, call.Receiver()) : null;
    }
}
