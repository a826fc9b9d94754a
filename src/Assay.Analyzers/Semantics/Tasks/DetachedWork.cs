using Assay.Analyzers.Semantics.SharedState;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Tasks;

/// <summary>A use of a resource in work that nobody waits for.</summary>
/// <param name="Start">The call that starts the work.</param>
/// <param name="Use">The use of the resource in it.</param>
/// <param name="Resource">The local of the using.</param>
internal sealed record DetachedUse(IInvocationOperation Start, ILocalReferenceOperation Use, ILocalSymbol Resource);

/// <summary>Finds work that is started within a using, uses its resource, and is left to itself.</summary>
internal static class DetachedWork
{
    // What holds the function until the work may be over.
    private static readonly string[] s_waits = ["Wait", "Join", "Read", "Take", "Run", "Show", "Receive", "Accept", "Sleep", "Signal", "Listen", "Serve", "Pump", "Execute", "Loop"];

    /// <summary>The uses of the resources in work started by the statements of the scope.</summary>
    public static IEnumerable<DetachedUse> Of(IReadOnlyCollection<IOperation> statements, HashSet<ISymbol> resources)
    {
        foreach (var operation in statements.SelectMany(s => s.DescendantsAndSelf()))
        {
            if (operation is not IInvocationOperation start)
                continue;
            if (!IsLeftAlone(start) || !start.IsInSameFunction(statements.First()) || WaitsAfter(start, statements))
                continue;
            foreach (var part in WorkOf(start)?.Descendants() ?? [])
            {
                if (part is ILocalReferenceOperation { IsDeclaration: false } use && resources.Contains(use.Local) && !use.IsInNameOf())
                {
                    yield return new(start, use, use.Local);
                    break;
                }
            }
        }
    }

    private static bool IsLeftAlone(IInvocationOperation start) =>
        start.TargetMethod is { Name: "Run", ContainingType.Name: "Task" } or { Name: "StartNew", ContainingType.Name: "TaskFactory" } or { Name: "QueueUserWorkItem" or "UnsafeQueueUserWorkItem", ContainingType.Name: "ThreadPool" }
        && start.Parent is IExpressionStatementOperation or ISimpleAssignmentOperation { Target: IDiscardOperation };

    private static IAnonymousFunctionOperation? WorkOf(IInvocationOperation start) =>
        start.Arguments.IsEmpty ? null : start.Arguments.At(0).Value.Unwrap() is IDelegateCreationOperation { Target: IAnonymousFunctionOperation work } ? work : null;

    private static bool WaitsAfter(IInvocationOperation start, IEnumerable<IOperation> statements)
    {
        foreach (var operation in statements.SelectMany(s => s.DescendantsAndSelf()))
        {
            if (operation.Syntax.SpanStart < start.Syntax.Span.End)
                continue;
            switch (operation)
            {
                case IAwaitOperation:
                case IPropertyReferenceOperation { Property.Name: "Result" }:
                case IInvocationOperation call when Array.Exists(s_waits, word => call.TargetMethod.Name.StartsWith(word, StringComparison.Ordinal)):
                    return true;
            }
        }
        return false;
    }

    private static bool IsInNameOf(this IOperation operation)
    {
        for (var around = operation.Parent; around is not null; around = around.Parent)
        {
            if (around is INameOfOperation)
                return true;
        }
        return false;
    }
}
