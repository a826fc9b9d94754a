using System.Runtime.CompilerServices;
using Assay.Analyzers.Semantics.Bodies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Tasks;

/// <summary>
/// Answers whether a task is proven complete where the code asks it for its result: awaited before on every path, found to be
/// completed by a test, the winner of a race, or completed from the start.
/// </summary>
internal sealed class TaskCompletion
{
    // Keyed weakly: the answers live exactly as long as their compilation and their graphs.
    private static readonly ConditionalWeakTable<Compilation, TaskCompletion> s_perCompilation = new();

    private readonly ConditionalWeakTable<ControlFlowGraph, TaskCompletionFlow> _flows = new();
    private readonly ConditionalWeakTable<SyntaxNode, StrongBox<bool>> _haveSyncFlag = new();
    private readonly KnownTypes _types;

    private readonly TaskWaits _waits;
    private readonly TaskCallbacks _callbacks;

    private TaskCompletion(KnownTypes types)
    {
        _types = types;
        _waits = new TaskWaits(types);
        _callbacks = new TaskCallbacks(types, this);
    }

    /// <summary>The answers for a compilation, shared by all rules that ask.</summary>
    public static TaskCompletion Of(KnownTypes types) =>
        s_perCompilation.GetValue(types.Compilation, _ => new TaskCompletion(types));

    /// <summary>A cheap look at whether the body may wait for a task.</summary>
    public bool MayWait(MemberBody body, CancellationToken cancellationToken) =>
        Receivers.AnyOf(body, TaskWaits.Words, _waits.MayBeWaitedFor, cancellationToken);

    /// <summary>The wait for a task that the operation is, if nothing proves that it does not hold the thread; else null.</summary>
    public TaskWait? UnprovenWait(OperationAnalysisContext context) => UnprovenWait(context.Operation, context.ContainingSymbol, context.CancellationToken);

    /// <summary>The wait for a task that the operation in a member is, if nothing proves that it does not hold the thread; else null.</summary>
    public TaskWait? UnprovenWait(IOperation operation, ISymbol containing, CancellationToken cancellationToken)
    {
        if (_waits.Recognise(operation) is not { } wait || _waits.IsNeverRun(wait.Operation))
            return null;
        return IsExcused(wait, containing, cancellationToken) ? null : wait;
    }

    // Apart, for the closure would otherwise be made for every operation of the compilation.
    private bool IsExcused(TaskWait wait, ISymbol containing, CancellationToken cancellationToken) =>
        IsProven(wait, () => wait.Operation.GraphAround(cancellationToken), cancellationToken)
        || IsOtherSideOfAwait(wait)
        || _callbacks.IsGivenComplete(wait, containing, cancellationToken);

    /// <summary>
    /// Whether the wait does not wait: its task is complete on every path, or it stands on the synchronous side of code that
    /// serves both worlds (<c>if (!async)</c>).
    /// </summary>
    /// <param name="wait">The wait, in the tree of operations.</param>
    /// <param name="graphOf">Gives the control flow graph of the outermost function; asked only when a proof may exist.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    public bool IsProven(TaskWait wait, Func<ControlFlowGraph?> graphOf, CancellationToken cancellationToken)
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

    /// <summary>Whether the value is a completed task on every path to it.</summary>
    /// <param name="value">The value, in the tree of operations.</param>
    /// <param name="graphOf">Gives the control flow graph of the outermost function, or null when there is none.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    public bool IsComplete(IOperation value, Func<ControlFlowGraph?> graphOf, CancellationToken cancellationToken)
    {
        var bare = TaskWaits.Bare(value);
        var values = new TaskCompletionValues(_types, value.SemanticModel);
        return values.IsComplete(bare, TaskCompletionFacts.None)
            || (FlowAround(bare, graphOf, cancellationToken)?.Find(bare.Syntax, bare.Kind) is { } found && values.IsComplete(found.Operation, found.Facts));
    }

    /// <summary>Whether the operation stands on the synchronous side of code that serves both worlds.</summary>
    public bool IsInSyncMode(IOperation operation, Func<ControlFlowGraph?> graphOf, CancellationToken cancellationToken) =>
        HasSyncFlag(operation)
        && FlowAround(operation, graphOf, cancellationToken)?.Find(operation.Syntax, operation.Kind) is { Facts.IsSyncMode: true };

    // A task that the user's own method has just returned is only excused by a flag; everything else needs a look at the paths.
    private bool MayHaveProof(TaskWait wait) =>
        TaskWaits.Bare(wait.Awaited) is not IInvocationOperation { TargetMethod.DeclaringSyntaxReferences.IsEmpty: false }
        || HasSyncFlag(wait.Operation);

    private bool HasSyncFlag(IOperation operation) =>
        operation.Syntax.FirstAncestorOrSelf<MemberDeclarationSyntax>() is { } member
        && _haveSyncFlag.GetValue(member, static m => new StrongBox<bool>(NamesSyncFlag((MemberDeclarationSyntax)m))).Value;

    // Whether a condition in the member names something that could be such a flag; the flow then says whether it is.
    private static bool NamesSyncFlag(MemberDeclarationSyntax member)
    {
        foreach (var node in member.DescendantNodes())
        {
            var condition = node switch
            {
                IfStatementSyntax branch => branch.Condition,
                ConditionalExpressionSyntax choice => choice.Condition,
                _ => null,
            };
            if (condition is null)
                continue;
            foreach (var token in condition.DescendantTokens())
            {
                if (token.IsKind(SyntaxKind.IdentifierToken) && token.ValueText.IndexOf("sync", StringComparison.OrdinalIgnoreCase) >= 0)
                    return true;
            }
        }
        return false;
    }

    // `if (flag) await task; else task.Wait();`: code for both worlds, whatever its flag is called.
    private static bool IsOtherSideOfAwait(TaskWait wait)
    {
        if (TaskCompletionPlace.Of(wait.Awaited) is not { } task)
            return false;
        var child = wait.Operation;
        for (var parent = child.Parent; parent is not null; child = parent, parent = parent.Parent)
        {
            if (parent is IAnonymousFunctionOperation or ILocalFunctionOperation)
                return false;
            if (parent is not IConditionalOperation { WhenFalse: { } whenFalse } choice || child == choice.Condition || !IsPlainFlag(choice.Condition))
                continue;
            var other = child == choice.WhenTrue ? whenFalse : choice.WhenTrue;
            foreach (var operation in other.DescendantsAndSelf())
            {
                if (operation is IAwaitOperation awaited && task.Equals(TaskCompletionPlace.Of(awaited.Operation)))
                    return true;
            }
        }
        return false;
    }

    private static bool IsPlainFlag(IOperation condition) => condition.Unwrap() switch
    {
        IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not => IsPlainFlag(not.Operand),
        IParameterReferenceOperation or ILocalReferenceOperation or IFieldReferenceOperation => true,
        _ => false,
    };

    private TaskCompletionFlow? FlowAround(IOperation operation, Func<ControlFlowGraph?> graphOf, CancellationToken cancellationToken)
    {
        var functions = new Stack<IOperation>();
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is IAnonymousFunctionOperation or ILocalFunctionOperation)
                functions.Push(parent);
        }
        if (graphOf() is not { } graph)
            return null;
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
