using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.ValueFlow;

/// <summary>Where a value comes from.</summary>
/// <param name="Value">The expression that the value begins with.</param>
/// <param name="IsSource">Whether the question calls it a source; otherwise nothing more can be told about it.</param>
/// <param name="Path">The way of the value, its source first.</param>
internal sealed record FlowOrigin(IOperation Value, bool IsSource, ImmutableArray<Location> Path)
{
    /// <summary>The expression as a reader sees it: <c>error?.Message</c> is one.</summary>
    public IOperation Shown => Whole(Value);

    /// <summary>The conditional access around its last part.</summary>
    public static IOperation Whole(IOperation value)
    {
        while (value.Parent is IConditionalAccessOperation access && access.WhenNotNull == value)
            value = access;
        return value;
    }
}

/// <summary>What is asked about a value.</summary>
/// <param name="IsSource">Whether an expression is a source, so that the search ends with it.</param>
/// <param name="IsCleaned">Whether the result of a call can do no harm, whatever goes in.</param>
internal sealed record FlowQuestion(Func<IOperation, bool> IsSource, Func<IMethodSymbol, bool> IsCleaned)
{
    /// <summary>Whether a part of a text, such as its first letters, can do no harm.</summary>
    public bool IsPartClean { get; init; }
}

/// <summary>A place that a value passes, with those that it passes after.</summary>
internal sealed record FlowStep(IOperation Place, FlowStep? Next)
{
    /// <summary>The places in the order in which the value passes them.</summary>
    public static ImmutableArray<Location> Path(IOperation source, FlowStep? way)
    {
        var path = ImmutableArray.CreateBuilder<Location>();
        path.Add(FlowOrigin.Whole(source).Syntax.GetLocation());
        for (; way is not null; way = way.Next)
        {
            var place = way.Place.Syntax.GetLocation();
            if (!place.Equals(path[path.Count - 1]))
                path.Add(place);
        }
        return path.ToImmutable();
    }
}

/// <summary>A call that the search went into: its parameters are the arguments of the call.</summary>
internal sealed record FlowFrame(IInvocationOperation Call, IMethodSymbol Callee, FlowFrame? Outer);
