using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>What the regions of a control flow graph say of exceptions.</summary>
internal static class FlowRegions
{
    /// <summary>Whether the innermost finally block or filter around the block is of this kind.</summary>
    public static bool IsIn(BasicBlock block, ControlFlowRegionKind kind)
    {
        for (var region = block.EnclosingRegion; region is { Kind: not ControlFlowRegionKind.Root }; region = region.EnclosingRegion)
        {
            if (region.Kind is ControlFlowRegionKind.Finally or ControlFlowRegionKind.Filter)
                return region.Kind == kind;
        }
        return false;
    }

    /// <summary>Whether a handler for the type catches everything.</summary>
    public static bool IsCatchAll(ITypeSymbol? type) =>
        type is null || type.SpecialType == SpecialType.System_Object || type is { Name: "Exception", ContainingNamespace.Name: "System" };
}
