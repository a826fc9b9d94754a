using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Tasks;

/// <summary>
/// Finds calls in async functions that hold the thread although an awaitable form exists. Asked by the rule that reports
/// them, by its fix, and by the rule on tokens, which leaves such calls to the first. One instance serves one compilation.
/// </summary>
internal sealed class BlockingCalls(KnownTypes types)
{
    private readonly AsyncTwins _twins = new(types);
    private readonly EntityQueries _queries = new(types);
    private readonly INamedTypeSymbol? _thread = types["System.Threading.Thread"];
    private readonly INamedTypeSymbol? _process = types["System.Diagnostics.Process"];

    /// <summary>The finding at the call, whose member is <paramref name="containing"/>; null when it does not block or may.</summary>
    public BlockingCall? Find(IInvocationOperation call, ISymbol containing)
    {
        if (!call.IsWritten())
            return null;
        var method = call.TargetMethod;
        // The cached questions come first: nearly all calls end here.
        if (_queries.Twin(method) is { } query)
            return InAsync(call, containing) is { } function ? Query(call, function, query) : null;
        if (ThreadCure(method) is { } cure)
            return InAsync(call, containing) is { } function ? OfThread(call, function, cure) : null;
        if (_twins.Sibling(method) is { } sibling)
            return InAsync(call, containing) is { } function ? Pair(call, containing, function, sibling) : null;
        return InAsync(call, containing) is { } outer && _twins.Extension(call) is { } extension ? Pair(call, containing, outer, extension) : null;
    }

    private BlockingCure? ThreadCure(IMethodSymbol method)
    {
        if (method.ContainingType.Is(_thread))
            return method.Name switch { "Sleep" => BlockingCure.Delay, "Join" => BlockingCure.TaskOfThread, _ => null };
        // The forms with a timeout have no sibling: there the token is the timeout.
        if (method.ContainingType.Is(_process) && method is { Name: "WaitForExit", Parameters.Length: 1 })
            return BlockingCure.TokenWithTimeout;
        return null;
    }

    private static BlockingCall? OfThread(IInvocationOperation call, IMethodSymbol function, BlockingCure cure)
    {
        if (IsZero(call) || DualCode.IsSynchronousHalf(call, function, "Delay"))
            return null;
        // After an await the thread has given its signal and is about to end; the join only makes sure.
        return new BlockingCall(call, function, cure, Twin: null, IsCertain: call.TargetMethod.Name != "Join" || !Prefetching.FollowsAwait(call));
    }

    private static IMethodSymbol? InAsync(IInvocationOperation call, ISymbol containing)
    {
        var function = call.EnclosingFunction(containing);
        return function is { IsAsync: true } && call.Syntax.AllowsAwait() ? function : null;
    }

    private BlockingCall? Query(IInvocationOperation call, IMethodSymbol function, IMethodSymbol twin) => _queries.Origin(call) switch
    {
        QueryOrigin.Database => new BlockingCall(call, function, BlockingCure.Twin, twin, IsCertain: true),
        // A query that was handed in may read from a list.
        QueryOrigin.Unknown => new BlockingCall(call, function, BlockingCure.Twin, twin, IsCertain: false),
        _ => null,
    };

    private BlockingCall? Pair(IInvocationOperation call, ISymbol containing, IMethodSymbol function, IMethodSymbol twin)
    {
        // `Wait(0)` only tries.
        if (IsZero(call))
            return null;
        if (types.WorksInMemory(call) || !FitsMemory(call, twin))
            return null;
        if (!types.Compilation.IsSymbolAccessibleWithin(twin.OriginalDefinition, containing.ContainingType ?? (ISymbol)types.Compilation.Assembly))
            return null;
        if (DualCode.IsSynchronousHalf(call, function, twin.Name) || DualCode.WouldRecurse(call, function, twin) || DualCode.IsHook(call))
            return null;
        if (DualCode.OnlyWraps(twin, call.TargetMethod) || DualCode.CallsNothing(call.TargetMethod))
            return null;
        // What comes back is the task itself, typed as object.
        if (call.IsAwaitedAsTask())
            return null;
        return new BlockingCall(call, function, BlockingCure.Twin, twin, IsCertain(call) && !types.ReadsPrefetched(call));
    }

    // Logs are buffered by their sinks. A factory without a place to read from only builds. Of text readers and writers only the concrete ones are known to reach a device, and a StreamWriter's writes mostly
    // end in its buffer; `Add` is more often a collection or a unit of work than I/O.
    private bool IsCertain(IInvocationOperation call)
    {
        if (call.TargetMethod.Name is "Add" or "AddRange" or "Log" || IsPlainFactory(call.TargetMethod))
            return false;
        if (call.Instance?.Bare().Type is not { } type)
            return true;
        if (type.Is(types["System.IO.TextReader"]) || type.Is(types["System.IO.TextWriter"]))
            return false;
        return !type.IsOrInherits(types["System.IO.TextWriter"]) || call.TargetMethod.Name is not ("Write" or "WriteLine");
    }

    private bool IsPlainFactory(IMethodSymbol method)
    {
        if (!method.IsStatic || !method.ReturnType.OriginalDefinition.Is(method.ContainingType.OriginalDefinition))
            return false;
        foreach (var parameter in method.Parameters)
        {
            if (parameter.Type.SpecialType == SpecialType.System_String || parameter.Type.IsOrInherits(types["System.IO.Stream"])
                || parameter.Type.IsOrInherits(types["System.IO.TextReader"]) || parameter.Type.IsOrInherits(types["System.Uri"]))
                return false;
        }
        return true;
    }

    private static bool IsZero(IInvocationOperation call)
    {
        if (call.TargetMethod.Name is not ("Wait" or "Sleep" or "Join" or "WaitForExit") || call.Arguments.IsEmpty)
            return false;
        var time = call.Arguments.At(0).Value.Bare();
        return time.ConstantValue is { HasValue: true, Value: 0 }
            || time is IFieldReferenceOperation { Field: { Name: "Zero", ContainingType.Name: "TimeSpan" } };
    }

    // An array converts to Memory as it does to Span; a true span does not and would have to be copied.
    private static bool FitsMemory(IInvocationOperation call, IMethodSymbol twin)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter is not { Type: { IsRefLikeType: true } span } parameter)
                continue;
            if (parameter.Ordinal >= twin.Parameters.Length || twin.Parameters[parameter.Ordinal].Type.Name == span.Name)
                continue;
            if (argument.Value.Bare().Type is not IArrayTypeSymbol)
                return false;
        }
        return true;
    }
}

/// <summary>A call that holds the thread of an async function.</summary>
/// <param name="Call">The call.</param>
/// <param name="Function">The async function around it.</param>
/// <param name="Cure">What to write instead.</param>
/// <param name="Twin">The awaitable sibling, when that is the cure.</param>
/// <param name="IsCertain">False when the call may well work in memory.</param>
internal sealed record BlockingCall(IInvocationOperation Call, IMethodSymbol Function, BlockingCure Cure, IMethodSymbol? Twin, bool IsCertain);

/// <summary>What replaces a blocking call.</summary>
internal enum BlockingCure
{
    Twin,
    Delay,
    TaskOfThread,
    TokenWithTimeout,
}
