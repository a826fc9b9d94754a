using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.SharedState;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Rules.SharedState;

/// <summary>Finds a write to guarded state under a reader-writer lock that is only held for reading.</summary>
public sealed class WriteUnderReadLock() : SharedStateCheck(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY2016",
        category: Category.SharedState,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "State is written while its reader-writer lock is only held for reading",
        messageFormat: "'{0}' is written here while '{1}' is held {2}; '{3}' can {4} it at the same moment, line {5}");

    internal override void Check(TypeModel model, Action<Diagnostic> report, CancellationToken cancellationToken)
    {
        foreach (var accesses in model.Accesses.Values)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var access in accesses)
            {
                if (access is { IsWrite: true, IsConstruction: false } && SharedTerm(access.Held, access.Member.IsStatic) is { } term && OtherUse(access, accesses, term) is { } other)
                    report(Finding(access, other, term));
            }
        }
    }

    // The lock that is held, but lets others in; null as soon as any lock keeps them out, or may.
    private static GuardTerm? SharedTerm(HeldSet held, bool isStatic)
    {
        if (held.IsUncertain)
            return null;
        GuardTerm? shared = null;
        foreach (var term in held.Must)
        {
            // A lock of all instances guards what they share, not the fields of each.
            if (term.Kind != LockKind.ReaderWriter || term.IsStatic && !isStatic || held.ModeOf(term) == LockMode.Exclusive)
                return null;
            shared = term;
        }
        return shared;
    }

    // Somebody who may be in at the same time: under the lock, for reading. Two upgradeable holders exclude each other.
    private static Access? OtherUse(Access access, List<Access> accesses, GuardTerm term)
    {
        var isUpgradeable = access.Held.ModeOf(term) == LockMode.Upgradeable;
        foreach (var other in accesses)
        {
            if (other != access && !other.IsConstruction && other.Held.Must.Contains(term) && other.Held.ModeOf(term) is var mode && mode != LockMode.Exclusive && !(isUpgradeable && mode == LockMode.Upgradeable))
                return other;
        }
        // A reader meets itself on another thread, and a writer elsewhere says that the lock guards the state.
        return isUpgradeable || !accesses.Exists(other => other != access && !other.IsConstruction && other.Held.Must.Contains(term)) ? null : access;
    }

    private static Diagnostic Finding(Access access, Access other, GuardTerm term)
    {
        var place = other.Operation.Syntax.GetLocation();
        return Descriptor.At(
            access.Operation.Syntax.GetLocation(),
            [place],
            access.Member.Name,
            term.Text,
            access.Held.ModeOf(term) == LockMode.Upgradeable ? "upgradeable, which lets readers in" : "for reading, which lets other readers in",
            other.Function?.Name ?? "another thread",
            other.IsWrite ? "write" : "read",
            place.Line());
    }
}
