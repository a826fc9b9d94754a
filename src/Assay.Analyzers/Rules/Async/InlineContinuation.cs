using System.Collections.Concurrent;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.SharedState;
using Assay.Analyzers.Semantics.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Async;

/// <summary>Finds completion sources whose completion runs the waiting code on the spot, on the thread of whoever completes them.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class InlineContinuation() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY1009",
        category: Category.Async,
        defaultSeverity: DiagnosticSeverity.Info,
        title: "Completing the task runs the code that awaits it on the spot",
        messageFormat: "'{0}' completes this source at line {1}{2} and runs all code that awaits its task right there, before the next statement; ask for RunContinuationsAsynchronously");

    private static readonly Words s_source = Words.Of("TaskCompletionSource");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        // Tests complete their sources on one thread.
        if (types["System.Threading.Tasks.TaskCompletionSource`1"] is null || types.IsTestProject())
            return;
        context.RegisterSymbolStartAction(StartType, SymbolKind.NamedType);
    }

    private static void StartType(SymbolStartAnalysisContext context)
    {
        if (!context.Symbol.Mentions(s_source, context.CancellationToken))
            return;
        var created = new ConcurrentQueue<IObjectCreationOperation>();
        var completed = new ConcurrentQueue<IInvocationOperation>();
        context.RegisterOperationAction(c => NoteCreation((IObjectCreationOperation)c.Operation, created), OperationKind.ObjectCreation);
        context.RegisterOperationAction(c => NoteCompletion((IInvocationOperation)c.Operation, completed), OperationKind.Invocation);
        context.RegisterSymbolEndAction(end =>
        {
            foreach (var creation in created)
            {
                if (CompletionSources.HomesOf(creation) is { Count: > 0 } homes && Completion(creation, homes, completed) is { } completion)
                    end.ReportDiagnostic(Finding(creation, completion));
            }
        });
    }

    private static void NoteCreation(IObjectCreationOperation creation, ConcurrentQueue<IObjectCreationOperation> created)
    {
        if (creation.Type?.Name == "TaskCompletionSource" && ForeignCalls.IsInline(creation))
            created.Enqueue(creation);
    }

    private static void NoteCompletion(IInvocationOperation call, ConcurrentQueue<IInvocationOperation> completed)
    {
        if (call.TargetMethod is { ContainingType.Name: "TaskCompletionSource", Name: var name } && (name.StartsWith("Set", StringComparison.Ordinal) || name.StartsWith("TrySet", StringComparison.Ordinal)))
            completed.Enqueue(call);
    }

    // The completion that does most harm: under a lock, or else the first in the text.
    private static IInvocationOperation? Completion(IObjectCreationOperation creation, HashSet<ISymbol> homes, ConcurrentQueue<IInvocationOperation> completed)
    {
        IInvocationOperation? first = null;
        foreach (var call in completed.OrderBy(c => c.Syntax.SyntaxTree.FilePath, StringComparer.Ordinal).ThenBy(c => c.Syntax.SpanStart))
        {
            // A source that the function itself completes has nobody who waits yet.
            if (CompletionSources.SourceOf(call) is not { } source || !homes.Contains(source) || LockSite.FunctionAround(call) == LockSite.FunctionAround(creation) && call.Root() == creation.Root())
                continue;
            if (LockAround(call) is not null)
                return call;
            first ??= call;
        }
        return first;
    }

    private static ILockOperation? LockAround(IOperation operation)
    {
        for (var around = operation.Parent; around is not null and not (IAnonymousFunctionOperation or ILocalFunctionOperation); around = around.Parent)
        {
            if (around is ILockOperation @lock)
                return @lock;
        }
        return null;
    }

    private static Diagnostic Finding(IObjectCreationOperation creation, IInvocationOperation completion)
    {
        var place = completion.Syntax.GetLocation();
        var @lock = LockAround(completion);
        return Descriptor.At(
            creation.Syntax.GetLocation(),
            @lock is null ? DiagnosticSeverity.Info : DiagnosticSeverity.Warning,
            [place],
            null,
            completion.TargetMethod.Name,
            place.Line(),
            @lock is null ? "" : $" while '{@lock.LockedValue.Syntax}' is held");
    }
}
