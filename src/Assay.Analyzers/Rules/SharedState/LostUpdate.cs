using System.Collections.Immutable;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Collections;
using Assay.Analyzers.Semantics.SharedState;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.SharedState;

/// <summary>Finds updates of shared state that read and write in two steps, so that one of two threads works for nothing.</summary>
public sealed class LostUpdate() : SharedStateCheck(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY2005",
        category: Category.SharedState,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "An update reads and writes in two steps that another thread can come between",
        messageFormat: "'{0}' reads and then writes; what {1} writes in between is lost: {2}");

    internal override void Check(TypeModel model, Action<Diagnostic> report, CancellationToken cancellationToken)
    {
        ConcurrentCollections? collections = null;
        foreach (var members in new[] { model.Accesses, model.Atomics })
        {
            foreach (var pair in members)
            {
                cancellationToken.ThrowIfCancellationRequested();
                foreach (var access in pair.Value)
                {
                    if (Updates.Of(access) is not { } update || Weigh(update, access, pair.Value, model) is not { } finding)
                        continue;
                    collections ??= new ConcurrentCollections(KnownTypes.Of(update.SemanticModel!.Compilation));
                    // With a check before it, it is CheckThenAct's.
                    if (!IsChecked(access.Operation.Parent, collections, model))
                        report(finding);
                }
            }
        }
    }

    private static bool IsChecked(IOperation? target, ConcurrentCollections collections, TypeModel model) =>
        target is not null && collections.ActOf(target) is { } act && Sharing.Path(act.Collection) is { } path
        && new CollectionRace(collections, act, path, new StoredEntries(path, model.Bodies, collections)).Find() is { IsHarmless: false };

    private static Diagnostic? Weigh(IOperation update, Access access, List<Access> all, TypeModel model)
    {
        // A lock that is held, or may be, makes one step of it; no other thread can see an object under construction.
        if (access.Held.IsUncertain || !access.Held.Must.IsEmpty || model.Evidence.WaysTo(access).Count == 0)
            return null;
        // The field has a lock: that it is missed here is UnguardedAccess.
        foreach (var guard in model.Guards)
        {
            if (guard.Member.Is(access.Member))
                return null;
        }
        if ((model.EvidenceOf(access.Member) ?? UpdateEvidence.OfDictionary(access, model)) is not { } evidence || UpdateEvidence.SeverityOf(update, access, all, evidence, model) is not { } severity)
            return null;
        var other = all.Find(a => a != access && a.IsWrite && !a.IsConstruction && !SameFunction(a, access));
        var place = (other ?? access).Operation.Syntax.GetLocation();
        var related = ImmutableArray.CreateBuilder<Location>();
        if (other is not null)
            related.Add(place);
        if (evidence.Place is { } reason)
            related.Add(reason);
        return Descriptor.At(
            update.Syntax.GetLocation(),
            severity,
            related.ToImmutable(),
            null,
            update.Syntax.ToString(),
            other is null ? "another thread" : $"'{AccessNames.Named(other.Function)}' (line {place.Line()})",
            evidence.Reason);
    }

    private static bool SameFunction(Access one, Access other) => one.Function is not null && one.Function.Is(other.Function);
}
