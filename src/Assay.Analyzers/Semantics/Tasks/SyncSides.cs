using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Assay.Analyzers.Semantics.Tasks;

/// <summary>
/// Answers for single calls, after the compilation has been read, whether they stand on the synchronous side of code that
/// serves both worlds. Models and graphs are made for the few calls that are asked about.
/// </summary>
internal sealed class SyncSides(KnownTypes types, TaskCompletion completion, CancellationToken cancellationToken)
{
    private readonly Dictionary<SyntaxTree, SemanticModel> _models = [];
    private readonly Dictionary<IOperation, ControlFlowGraph?> _graphs = [];
    private readonly Dictionary<SyntaxNode, bool> _known = [];

    /// <summary>Whether the call, made by <paramref name="caller"/>, is meant to be synchronous.</summary>
    public bool IsSynchronous(IMethodSymbol caller, SyntaxNode call)
    {
        if (!HasFlag(caller))
            return false;
        if (!_known.TryGetValue(call, out var known))
            _known.Add(call, known = Find(call));
        return known;
    }

    // Dual code is told by a flag which side it is on; without one there is no need to look at its paths.
    private static bool HasFlag(IMethodSymbol function)
    {
        for (ISymbol? symbol = function; symbol is IMethodSymbol method; symbol = symbol.ContainingSymbol)
        {
            foreach (var parameter in method.Parameters)
            {
                if (parameter.Type.SpecialType == SpecialType.System_Boolean)
                    return true;
            }
        }
        return false;
    }

    private bool Find(SyntaxNode call)
    {
        if (!_models.TryGetValue(call.SyntaxTree, out var model))
            _models.Add(call.SyntaxTree, model = types.Compilation.GetSemanticModel(call.SyntaxTree));
        return model.GetOperation(call, cancellationToken) is { } operation
            && completion.IsInSyncMode(operation, () => GraphAround(operation), cancellationToken);
    }

    private ControlFlowGraph? GraphAround(IOperation operation)
    {
        var root = operation.Root();
        if (!_graphs.TryGetValue(root, out var graph))
            _graphs.Add(root, graph = root.GraphAround(cancellationToken));
        return graph;
    }
}
