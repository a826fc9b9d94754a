using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Tasks;

/// <summary>Synchronous calls whose wait an earlier await in the same function has done for them.</summary>
internal static class Prefetching
{
    /// <summary>
    /// Whether the call reads a stream or reader that the function has awaited before, to fill it:
    /// <c>await stream.EnsureBufferedAsync(…); stream.Read(…)</c>. What is read then is mostly in memory.
    /// </summary>
    public static bool ReadsPrefetched(this KnownTypes types, IInvocationOperation call)
    {
        if (call.Instance is not { } source || !call.TargetMethod.Name.StartsWith("Read", StringComparison.Ordinal) || TaskCompletionPlace.Of(source) is not { } place)
            return false;
        if (!source.Type.IsOrInherits(types["System.IO.Stream"]) && !source.Type.IsOrInherits(types["System.IO.TextReader"]))
            return false;
        foreach (var statement in Before(call))
        {
            foreach (var operation in statement.DescendantsAndSelf())
            {
                if (operation is IAwaitOperation { Operation: var awaited }
                    && TaskWaits.Bare(awaited) is IInvocationOperation { Instance: { } filled } fill
                    && Fills(fill.TargetMethod.Name)
                    && place.Equals(TaskCompletionPlace.Of(filled)))
                    return true;
            }
        }
        return false;
    }

    /// <summary>Whether the statement just before the one with the call awaits something.</summary>
    public static bool FollowsAwait(IInvocationOperation call)
    {
        IOperation? last = null;
        foreach (var statement in Before(call))
        {
            last = statement;
            break;
        }
        return last is IExpressionStatementOperation { Operation: IAwaitOperation } or IExpressionStatementOperation { Operation: IAssignmentOperation { Value: IAwaitOperation } };
    }

    private static bool Fills(string name) =>
        name.StartsWith("Ensure", StringComparison.Ordinal) || name.StartsWith("Fill", StringComparison.Ordinal)
        || name.StartsWith("Prefetch", StringComparison.Ordinal) || name.StartsWith("Buffer", StringComparison.Ordinal);

    // The statements that have run when the call does, nearest first: those before it in its block and in the blocks around.
    private static IEnumerable<IOperation> Before(IOperation call)
    {
        var child = call;
        for (var parent = call.Parent; parent is not (null or IAnonymousFunctionOperation or ILocalFunctionOperation); child = parent, parent = parent.Parent)
        {
            if (parent is not IBlockOperation block)
                continue;
            for (var i = block.Operations.IndexOf(child) - 1; i >= 0; i--)
                yield return block.Operations[i];
        }
    }
}
