using Assay.Analyzers.Semantics.SharedState;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Rules.SharedState;

/// <summary>Finds a value that is read under a lock and decides a write under the same lock after it was given back in between.</summary>
public sealed class SplitCriticalSection() : SharedStateCheck(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY2004",
        category: Category.SharedState,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "A value read in one critical section decides a write in a later one",
        messageFormat: "'{0}' is written here from what '{1}' read at {2}, but '{3}' was given back in between: a change that another thread made meanwhile is {4}");

    internal override void Check(TypeModel model, Action<Diagnostic> report, CancellationToken cancellationToken)
    {
        var regions = new LockRegions(model);
        foreach (var guard in model.Guards)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var write in guard.Guarded)
            {
                if (write is { IsWrite: true, IsConstruction: false } && regions.EarlierRead(write, guard) is { } split)
                    report(Finding(write, split, guard));
            }
        }
    }

    private static Diagnostic Finding(Access write, SplitRead split, FieldGuard guard)
    {
        var here = write.Operation.Syntax.GetLocation();
        var there = split.Read.Operation.Syntax.GetLocation();
        // A cache that two threads fill with equal values loses work, not state.
        var severity = split.Feeds || write.Kind != AccessKind.ContainerWrite || split.Throws ? DiagnosticSeverity.Warning : DiagnosticSeverity.Info;
        return Descriptor.At(
            here,
            severity,
            [there],
            null,
            write.Member.Name,
            AccessNames.Named(write.Function),
            there.LineFrom(here),
            guard.Term.Text,
            split.Throws ? "not seen, and this throws" : "lost");
    }
}
