using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.SharedState;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.SharedState;

/// <summary>Finds the code of strangers run while a lock is held: callbacks, cancellation, completion, disposal.</summary>
public sealed class CallbackUnderLock() : SharedStateCheck(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY2011",
        category: Category.SharedState,
        defaultSeverity: DiagnosticSeverity.Info,
        title: "Code of others runs while a lock is held",
        messageFormat: "'{0}' runs {1} while '{2}' is held; code that needs '{2}' on another thread, and is waited for there, never returns");

    internal override void Check(TypeModel model, Action<Diagnostic> report, CancellationToken cancellationToken)
    {
        if (model.Acquisitions.Count == 0)
            return;
        var foreign = new ForeignCalls(model.Bodies);
        foreach (var use in model.Calls)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (use.Held.Must.IsEmpty || TermOf(use.Held) is not { } term || foreign.Of(use.Operation) is not { } call)
                continue;
            // A mutex is there for other processes, in which the code that was handed in does not run.
            if (!call.IsProven && term.Kind == LockKind.Mutex)
                continue;
            report(Descriptor.At(
                use.Operation.Syntax.GetLocation(),
                call.IsProven && term.Kind != LockKind.Mutex && !IsTurnstile(use.Operation, term, model) ? DiagnosticSeverity.Warning : DiagnosticSeverity.Info,
                [],
                null,
                NameOf((IInvocationOperation)use.Operation),
                call.What,
                term.Text));
        }
    }

    // `lock (_stopping) _stopping.Cancel();` and nowhere else: what is run cannot need the lock, unless it cancels again.
    private static bool IsTurnstile(IOperation operation, GuardTerm term, TypeModel model) =>
        operation is IInvocationOperation { TargetMethod.Name: "Cancel", Instance: IMemberReferenceOperation { Member: var source } } && source.Is(term.Member)
        && model.Acquisitions.Count(a => a.Term == term) == 1;

    // Monitors and semaphores; readers keep nobody out but writers, and spin locks hold for an instant.
    private static GuardTerm? TermOf(HeldSet held)
    {
        foreach (var term in held.Must.OrderBy(t => t.Text, StringComparer.Ordinal))
        {
            if (held.ModeOf(term) == LockMode.Exclusive)
                return term;
        }
        return null;
    }

    private static string NameOf(IInvocationOperation call)
    {
        if (call.TargetMethod.MethodKind != MethodKind.DelegateInvoke)
            return call.TargetMethod.Name;
        var invoked = call.Instance?.Bare();
        if (invoked is IConditionalAccessInstanceOperation && call.Parent is IConditionalAccessOperation access)
            invoked = access.Operation.Bare();
        return invoked?.Syntax.ToString() ?? "Invoke";
    }
}
