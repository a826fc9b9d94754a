using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics;

/// <summary>
/// Answers whether a task is proven complete where the code asks it for its result: awaited before on every path, found to be
/// completed by a test, the winner of a race, or completed from the start.
/// </summary>
internal sealed class TaskCompletion
{
    // Keyed weakly: the answers live exactly as long as their compilation and their graphs.
    private static readonly ConditionalWeakTable<Compilation, TaskCompletion> s_perCompilation = new();

    private readonly ConditionalWeakTable<ControlFlowGraph, TaskCompletionFlow> _flows = new();
    private readonly KnownTypes _types;

    private readonly TaskWaits _waits;

    private TaskCompletion(KnownTypes types)
    {
        _types = types;
        _waits = new TaskWaits(types);
    }

    /// <summary>The answers for a compilation, shared by all rules that ask.</summary>
    public static TaskCompletion Of(KnownTypes types) =>
        s_perCompilation.GetValue(types.Compilation, _ => new TaskCompletion(types));

    /// <summary>The wait for a task that the operation is, if nothing proves that it does not hold the thread; else null.</summary>
    public TaskWait? UnprovenWait(OperationAnalysisContext context)
    {
        if (_waits.Recognise(context.Operation) is not { } wait || _waits.IsNeverRun(wait.Operation))
            return null;
        // A callback is handed a task that is complete.
        if (TaskCallbacks.IsGivenToCallback(wait, context.ContainingSymbol))
            return null;
        return IsProven(wait, () => context.GetControlFlowGraph(), context.CancellationToken) ? null : wait;
    }

    /// <summary>
    /// Whether the wait does not wait: its task is complete on every path, or it stands on the synchronous side of code that
    /// serves both worlds (<c>if (!async)</c>).
    /// </summary>
    /// <param name="wait">The wait, in the tree of operations.</param>
    /// <param name="graphOf">Gives the control flow graph of the outermost function; asked only when a proof may exist.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    public bool IsProven(TaskWait wait, Func<ControlFlowGraph> graphOf, CancellationToken cancellationToken)
    {
        var values = new TaskCompletionValues(_types, wait.Operation.SemanticModel);
        if (values.IsComplete(wait.Awaited, TaskCompletionFacts.None))
            return true;
        if (!MayHaveProof(wait))
            return false;
        if (FlowAround(wait.Operation, graphOf, cancellationToken)?.Find(wait.Operation.Syntax, wait.Operation.Kind) is not { } found)
            return false;
        return found.Facts.IsSyncMode
            || (_waits.Recognise(found.Operation) is { } lowered && values.IsComplete(lowered.Awaited, found.Facts));
    }

    /// <summary>Whether the operation stands on the synchronous side of code that serves both worlds.</summary>
    public bool IsInSyncMode(IOperation operation, Func<ControlFlowGraph> graphOf, CancellationToken cancellationToken) =>
        HasSyncFlag(operation)
        && FlowAround(operation, graphOf, cancellationToken)?.Find(operation.Syntax, operation.Kind) is { Facts.IsSyncMode: true };

    // A task that the user's own method has just returned is only excused by a flag; everything else needs a look at the paths.
    private static bool MayHaveProof(TaskWait wait) =>
        TaskWaits.Bare(wait.Awaited) is not IInvocationOperation { TargetMethod.DeclaringSyntaxReferences.IsEmpty: false }
        || HasSyncFlag(wait.Operation);

    private static bool HasSyncFlag(IOperation operation)
    {
        for (var parent = operation.Syntax.Parent; parent is not null; parent = parent.Parent)
        {
            var parameters = parent switch
            {
                BaseMethodDeclarationSyntax method => method.ParameterList,
                LocalFunctionStatementSyntax local => local.ParameterList,
                ParenthesizedLambdaExpressionSyntax lambda => lambda.ParameterList,
                _ => null,
            };
            foreach (var parameter in parameters?.Parameters ?? default)
            {
                if (parameter.Identifier.Text.IndexOf("sync", StringComparison.OrdinalIgnoreCase) >= 0)
                    return true;
            }
        }
        return false;
    }

    private TaskCompletionFlow? FlowAround(IOperation operation, Func<ControlFlowGraph> graphOf, CancellationToken cancellationToken)
    {
        var functions = new Stack<IOperation>();
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is IAnonymousFunctionOperation or ILocalFunctionOperation)
                functions.Push(parent);
        }
        var graph = graphOf();
        if (!_flows.TryGetValue(graph, out var flow))
        {
            var root = TaskCompletionTransfer.ForRoot(_types, graph.OriginalOperation);
            flow = _flows.GetValue(graph, g => TaskCompletionFlow.Run(g, root, TaskCompletionFacts.None, cancellationToken));
        }
        while (functions.Count > 0 && flow is not null)
        {
            flow = functions.Pop() switch
            {
                ILocalFunctionOperation local => flow.OfLocalFunction(local.Symbol, local.Syntax, cancellationToken),
                var lambda => flow.OfLambda(lambda.Syntax, cancellationToken),
            };
        }
        return flow;
    }
}
