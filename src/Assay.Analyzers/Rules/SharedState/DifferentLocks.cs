using Assay.Analyzers.Semantics.SharedState;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Rules.SharedState;

/// <summary>Finds state that one function uses under one lock and another under another, so that neither keeps the other out.</summary>
public sealed class DifferentLocks() : SharedStateCheck(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY2002",
        category: Category.SharedState,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "The same state is used under two different locks",
        messageFormat: "'{0}' is {1} here under '{2}', but '{3}' {4} it under '{5}' at {6}: the two locks do not keep each other out");

    internal override void Check(TypeModel model, Action<Diagnostic> report, CancellationToken cancellationToken)
    {
        foreach (var pair in model.Accesses)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // The attribute says which lock is right: GuardedByBroken.
            if (GuardAttributes.Of(pair.Key) is not null)
                continue;
            var locked = pair.Value.FindAll(a => !a.IsConstruction && !a.Held.IsUncertain && !a.Held.Must.IsEmpty);
            if (MainOf(locked, pair.Key.IsStatic) is { } main)
                CheckMember(locked, main, report);
        }
    }

    private static void CheckMember(List<Access> locked, GuardTerm main, Action<Diagnostic> report)
    {
        var functions = new HashSet<ISymbol?>(SymbolEqualityComparer.Default);
        foreach (var access in locked)
        {
            if (access.Held.Must.Contains(main) || Opposite(access, locked, main) is not { } other)
                continue;
            // A snapshot or a single word that is read under another lock is old at worst.
            var severity = access.IsWrite || access.Kind == AccessKind.ContainerRead ? DiagnosticSeverity.Warning : DiagnosticSeverity.Info;
            if (functions.Add(access.Function))
                report(Finding(access, other, main, severity));
        }
    }

    // The lock of most accesses; null when there is no more than one lock.
    private static GuardTerm? MainOf(List<Access> locked, bool isStatic)
    {
        GuardTerm? main = null;
        // One use under each of two locks is all there may be.
        var most = locked.Count == 2 ? 0 : 1;
        foreach (var term in locked.SelectMany(a => a.Held.Must).Distinct())
        {
            // The lock of each instance guards nothing that all instances share.
            if (isStatic && !term.IsStatic || IsSyncRoot(term))
                continue;
            var count = locked.Count(a => a.Held.Must.Contains(term));
            if (count > most)
                (main, most) = (term, count);
        }
        return main is null || locked.TrueForAll(a => a.Held.Must.Contains(main)) ? null : main;
    }

    // The nearest access under the main lock that may run at the same time: no lock is common to both, and one of the two writes.
    private static Access? Opposite(Access access, List<Access> locked, GuardTerm main)
    {
        foreach (var term in access.Held.Must)
        {
            if (IsSyncRoot(term))
                return null;
        }
        Access? found = null;
        foreach (var other in locked)
        {
            if (!other.Held.Must.Contains(main) || other.Held.Must.Overlaps(access.Held.Must) || !other.IsWrite && !access.IsWrite)
                continue;
            if (found is null || other.IsWrite && !found.IsWrite)
                found = other;
        }
        return found;
    }

    // SyncRoot of a collection may be the collection itself or the object that another term names.
    private static bool IsSyncRoot(GuardTerm term) => term.Member is { Name: "SyncRoot" };

    private static Diagnostic Finding(Access access, Access other, GuardTerm main, DiagnosticSeverity severity)
    {
        var here = access.Operation.Syntax.GetLocation();
        var there = other.Operation.Syntax.GetLocation();
        return Descriptor.At(
            here,
            severity,
            [there],
            null,
            access.Member.Name,
            access.IsWrite ? "written" : "read",
            access.Held.Must.OrderBy(t => t.Text, StringComparer.Ordinal).First().Text,
            AccessNames.Named(other.Function),
            other.IsWrite ? "writes" : "reads",
            main.Text,
            there.LineFrom(here));
    }
}
