using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Bodies;

/// <summary>The control flow graphs of bodies, each made once and shared by all rules.</summary>
internal static class Graphs
{
    // Keyed weakly: a graph lives as long as its operations.
    private static readonly ConditionalWeakTable<IOperation, ControlFlowGraph> s_perRoot = new();

    /// <summary>The graph of the outermost body; null where there is none.</summary>
    public static ControlFlowGraph? Of(IOperation root, CancellationToken cancellationToken)
    {
        if (s_perRoot.TryGetValue(root, out var known))
            return known;
        return Make(root, cancellationToken) is { } made ? s_perRoot.GetValue(root, _ => made) : null;
    }

    private static ControlFlowGraph? Make(IOperation root, CancellationToken cancellationToken) => root switch
    {
        IMethodBodyOperation body => ControlFlowGraph.Create(body, cancellationToken),
        IConstructorBodyOperation body => ControlFlowGraph.Create(body, cancellationToken),
        IBlockOperation { Parent: null } block => ControlFlowGraph.Create(block, cancellationToken),
        IFieldInitializerOperation initializer => ControlFlowGraph.Create(initializer, cancellationToken),
        IPropertyInitializerOperation initializer => ControlFlowGraph.Create(initializer, cancellationToken),
        IParameterInitializerOperation initializer => ControlFlowGraph.Create(initializer, cancellationToken),
        _ => null,
    };
}
