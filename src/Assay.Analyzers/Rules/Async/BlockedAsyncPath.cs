using System.Collections.Concurrent;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Assay.Analyzers.Rules.Async;

/// <summary>
/// Finds calls in async code of a synchronous helper that waits for a task, itself or up to three calls further down. The wait
/// in the helper is another rule's finding; this one shows the async code that is held up by it.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class BlockedAsyncPath() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY1003",
        category: Category.Async,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "Async code calls a helper that waits for a task by blocking",
        messageFormat: "{0} calls '{1}', which {2}holds the thread until {3} ('{4}' in line {5}); nothing else runs on it meanwhile");

    // Further away than this the reader no longer sees what the call has to do with the wait.
    private const int MostHops = 3;

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (types.Task is null)
            return;
        var completion = TaskCompletion.Of(types);
        var waits = new ConcurrentDictionary<IMethodSymbol, TaskWait>(SymbolEqualityComparer.Default);
        var files = new ConcurrentQueue<SyntaxTree>();
        context.RegisterBodyAction(TaskWaits.Words, completion.MayWait, c => Collect(c, completion, waits), OperationKind.Invocation, OperationKind.PropertyReference);
        // The compiler keeps generated files away.
        context.RegisterSemanticModelAction(c => files.Enqueue(c.SemanticModel.SyntaxTree));
        context.RegisterCompilationEndAction(c =>
        {
            if (!waits.IsEmpty)
                Report(c, waits, new SyncCallers(types, completion, files, c.CancellationToken), new SyncSides(types, completion, c.CancellationToken));
        });
    }

    private static void Collect(OperationAnalysisContext context, TaskCompletion completion, ConcurrentDictionary<IMethodSymbol, TaskWait> waits)
    {
        if (completion.UnprovenWait(context) is not { } wait)
            return;
        // In async code the wait is a finding of its own; a lambda is not called by its name.
        if (wait.Operation.EnclosingFunction(context.ContainingSymbol) is { IsAsync: false, MethodKind: not MethodKind.AnonymousFunction } waiting)
            waits.AddOrUpdate(waiting.OriginalDefinition, wait, (_, known) => First(known, wait));
    }

    private static TaskWait First(TaskWait one, TaskWait other) =>
        one.Operation.Syntax.SpanStart <= other.Operation.Syntax.SpanStart ? one : other;

    private static void Report(
        CompilationAnalysisContext context, ConcurrentDictionary<IMethodSymbol, TaskWait> waits, SyncCallers callers, SyncSides sides)
    {
        var blocked = BlockedHelpers(waits, callers, sides);
        callers.Follow(blocked.Keys);
        foreach (var call in callers.Calls)
        {
            if (!call.Caller.IsAsync || !blocked.TryGetValue(call.Helper, out var path) || path.Hops > MostHops)
                continue;
            // On the synchronous side of dual code a synchronous helper is what is wanted. Asked last, for it needs a flow graph.
            if (sides.IsSynchronous(call.Caller, call.Syntax))
                continue;
            var place = path.Wait.Expression.GetLocation();
            var caller = call.Caller.MethodKind == MethodKind.AnonymousFunction ? "this async lambda" : $"async '{call.Caller.Name}'";
            context.ReportDiagnostic(Descriptor.At(
                call.Syntax.GetLocation(),
                [place],
                char.ToUpperInvariant(caller[0]) + caller.Substring(1),
                NameOf(call.Helper),
                path.Next is null ? "" : $"through '{NameOf(path.Last)}' ",
                path.Wait.Event,
                path.Wait.Notation,
                place.GetLineSpan().StartLinePosition.Line + 1));
        }
    }

    // From the waits up through their callers, nearest first, so that every helper is given its shortest path.
    private static Dictionary<IMethodSymbol, BlockedPath> BlockedHelpers(
        ConcurrentDictionary<IMethodSymbol, TaskWait> waits, SyncCallers callers, SyncSides sides)
    {
        var blocked = new Dictionary<IMethodSymbol, BlockedPath>(SymbolEqualityComparer.Default);
        foreach (var pair in waits)
            blocked[pair.Key] = new BlockedPath(pair.Value, pair.Key, null, 1);
        for (var hops = 2; hops <= MostHops; hops++)
        {
            var added = new List<(IMethodSymbol Caller, BlockedPath Path)>();
            callers.Follow(blocked.Keys);
            foreach (var call in callers.Calls)
            {
                if (call.Caller.IsAsync || blocked.ContainsKey(call.Caller) || !blocked.TryGetValue(call.Helper, out var below))
                    continue;
                if (sides.IsSynchronous(call.Caller, call.Syntax))
                    continue;
                added.Add((call.Caller, new BlockedPath(below.Wait, call.Caller, below, hops)));
            }
            foreach (var (caller, path) in added)
            {
                if (!blocked.TryGetValue(caller, out var known) || (known.Hops == hops && Precedes(path, known)))
                    blocked[caller] = path;
            }
        }
        return blocked;
    }

    // Calls come in no fixed order; the findings must.
    private static bool Precedes(BlockedPath first, BlockedPath second)
    {
        var a = first.Wait.Operation.Syntax;
        var b = second.Wait.Operation.Syntax;
        var byFile = string.CompareOrdinal(a.SyntaxTree.FilePath, b.SyntaxTree.FilePath);
        return byFile != 0 ? byFile < 0 : a.SpanStart < b.SpanStart;
    }

    private static string NameOf(IMethodSymbol method) => method.MethodKind switch
    {
        MethodKind.Constructor => $"new {method.ContainingType.Name}",
        MethodKind.PropertyGet => method.AssociatedSymbol?.Name ?? method.Name,
        _ => method.Name,
    };

    /// <summary>How a helper reaches a wait: by the helper below it, or by itself when there is none.</summary>
    private sealed record BlockedPath(TaskWait Wait, IMethodSymbol Helper, BlockedPath? Next, int Hops)
    {
        public IMethodSymbol Last => Next is null ? Helper : Next.Last;
    }
}
