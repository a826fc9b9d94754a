using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Tasks;

/// <summary>The facts about tasks at every block of one function, on all paths that lead there.</summary>
internal sealed class TaskCompletionFlow
{
    // A graph settles after a few rounds; the bound only guards against a graph nobody has thought of.
    private const int MostRounds = 40;

    private readonly ControlFlowGraph _graph;
    private readonly TaskCompletionTransfer _transfer;
    private readonly TaskCompletionFacts?[] _entries;
    private readonly ConcurrentDictionary<SyntaxNode, TaskCompletionFlow?> _inner = new();

    private TaskCompletionFlow(ControlFlowGraph graph, TaskCompletionTransfer transfer)
    {
        _graph = graph;
        _transfer = transfer;
        _entries = new TaskCompletionFacts?[graph.Blocks.Length];
    }

    /// <summary>Follows all paths through a function, given what is known when it begins.</summary>
    public static TaskCompletionFlow Run(ControlFlowGraph graph, TaskCompletionTransfer outer, TaskCompletionFacts entry, CancellationToken cancellationToken)
    {
        var flow = new TaskCompletionFlow(graph, outer.For(graph));
        flow.Settle(entry, cancellationToken);
        return flow;
    }

    /// <summary>The operation of the graph with this syntax and kind, and what is known just before it is evaluated; null in dead code.</summary>
    public (IOperation Operation, TaskCompletionFacts Facts)? Find(SyntaxNode syntax, OperationKind kind)
    {
        foreach (var block in _graph.Blocks)
        {
            if (_entries[block.Ordinal] is not { } facts)
                continue;
            foreach (var root in RootsOf(block))
            {
                if (!root.Syntax.Span.IntersectsWith(syntax.Span))
                {
                    facts = _transfer.After(root, facts);
                    continue;
                }
                foreach (var operation in TaskCompletionTransfer.InOrder(root))
                {
                    if (operation.Syntax == syntax && operation.Kind == kind)
                        return (operation, facts);
                    facts = _transfer.Step(operation, facts);
                }
            }
        }
        return null;
    }

    /// <summary>The flow of a lambda written in this function; null in dead code.</summary>
    public TaskCompletionFlow? OfLambda(SyntaxNode lambda, CancellationToken cancellationToken)
    {
        if (_inner.TryGetValue(lambda, out var known))
            return known;
        TaskCompletionFlow? flow = null;
        if (Find(lambda, OperationKind.FlowAnonymousFunction) is { Operation: IFlowAnonymousFunctionOperation function, Facts: var facts })
        {
            var graph = _graph.GetAnonymousFunctionControlFlowGraph(function, cancellationToken);
            flow = Run(graph, _transfer, _transfer.Lambdas.EntryOf(function, facts), cancellationToken);
        }
        return _inner.GetOrAdd(lambda, flow);
    }

    /// <summary>The flow of a local function declared in this function.</summary>
    public TaskCompletionFlow? OfLocalFunction(IMethodSymbol function, SyntaxNode declaration, CancellationToken cancellationToken)
    {
        if (_inner.TryGetValue(declaration, out var known))
            return known;
        // It may be called from anywhere in the function, so nothing is known when it begins.
        var flow = _graph.LocalFunctions.Contains(function)
            ? Run(_graph.GetLocalFunctionControlFlowGraph(function, cancellationToken), _transfer, TaskCompletionFacts.None, cancellationToken)
            : null;
        return _inner.GetOrAdd(declaration, flow);
    }

    private static IEnumerable<IOperation> RootsOf(BasicBlock block) =>
        block.BranchValue is null ? block.Operations : block.Operations.Concat([block.BranchValue]);

    private void Settle(TaskCompletionFacts entry, CancellationToken cancellationToken)
    {
        _entries[0] = entry;
        var changed = true;
        for (var round = 0; changed && round < MostRounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            changed = false;
            foreach (var block in _graph.Blocks)
            {
                if (_entries[block.Ordinal] is { } facts)
                    changed |= Pass(block, facts);
            }
        }
        // Not settled: nothing is known anywhere.
        if (changed)
            Array.Clear(_entries, 0, _entries.Length);
    }

    private bool Pass(BasicBlock block, TaskCompletionFacts facts)
    {
        var changed = false;
        var handlers = HandlersOf(block);
        foreach (var root in RootsOf(block))
        {
            if (handlers.IsEmpty)
            {
                facts = _transfer.After(root, facts);
                continue;
            }
            foreach (var operation in TaskCompletionTransfer.InOrder(root))
            {
                var before = facts;
                facts = _transfer.Step(operation, facts);
                if (_transfer.FactsIfThrown(operation, before, facts) is { } thrown)
                    changed |= JoinAll(handlers, thrown);
            }
        }
        // Nothing comes after a call that never returns.
        if (_transfer.NeverReturns(block))
            return changed;
        var isConditional = block.ConditionKind != ControlFlowConditionKind.None && block.BranchValue is not null;
        var onTrue = block.ConditionKind == ControlFlowConditionKind.WhenTrue;
        if (block.ConditionalSuccessor is { } conditional)
            changed |= Follow(conditional, isConditional ? _transfer.Conditions.Apply(block.BranchValue!, onTrue, facts) : facts, handlers);
        if (block.FallThroughSuccessor is { } next)
            changed |= Follow(next, isConditional ? _transfer.Conditions.Apply(block.BranchValue!, !onTrue, facts) : facts, handlers);
        return changed;
    }

    private bool Follow(ControlFlowBranch branch, TaskCompletionFacts facts, ImmutableArray<BasicBlock> handlers)
    {
        var changed = false;
        foreach (var region in branch.FinallyRegions)
            changed |= Join(_graph.Blocks[region.FirstBlockOrdinal], facts);
        if (branch.Semantics is ControlFlowBranchSemantics.Throw or ControlFlowBranchSemantics.Rethrow)
            changed |= JoinAll(handlers, facts);
        return branch.Destination is { } destination ? Join(destination, facts) | changed : changed;
    }

    private bool JoinAll(ImmutableArray<BasicBlock> blocks, TaskCompletionFacts facts)
    {
        var changed = false;
        foreach (var block in blocks)
            changed |= Join(block, facts);
        return changed;
    }

    private bool Join(BasicBlock block, TaskCompletionFacts facts)
    {
        var old = _entries[block.Ordinal];
        var met = old is null ? facts : old.Meet(facts);
        if (old is not null && old.SameAs(met))
            return false;
        _entries[block.Ordinal] = met;
        return true;
    }

    // Where control may go when something in the block throws: the catches, filters and finallys around it.
    private ImmutableArray<BasicBlock> HandlersOf(BasicBlock block)
    {
        ImmutableArray<BasicBlock>.Builder? handlers = null;
        for (var region = block.EnclosingRegion; region?.EnclosingRegion is { } outer; region = outer)
        {
            // Around the root of a lambda lie the regions of another graph.
            if (region.Kind == ControlFlowRegionKind.Root)
                break;
            if (region.Kind != ControlFlowRegionKind.Try)
                continue;
            foreach (var sibling in outer.NestedRegions)
            {
                if (sibling.Kind != ControlFlowRegionKind.Try)
                    (handlers ??= ImmutableArray.CreateBuilder<BasicBlock>()).Add(_graph.Blocks[sibling.FirstBlockOrdinal]);
            }
        }
        return handlers?.ToImmutable() ?? [];
    }
}
