using System.Collections.Immutable;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.SharedState;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Rules.SharedState;

/// <summary>Finds static collections that are changed while the program runs, without any lock.</summary>
public sealed class SharedStaticCollection() : SharedStateCheck(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY2007",
        category: Category.SharedState,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "A static collection that is not made for threads is changed without a lock",
        messageFormat: "'{0}' is one {1} for all threads, and '{2}' changes it at line {3} without a lock: two calls at once can throw, lose an entry or never end");

    internal override void Check(TypeModel model, Action<Diagnostic> report, CancellationToken cancellationToken)
    {
        foreach (var pair in model.Accesses)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (pair.Key.IsStatic && Weigh(pair.Key, pair.Value, model) is { } finding)
                report(finding);
        }
    }

    private static Diagnostic? Weigh(ISymbol member, List<Access> all, TypeModel model)
    {
        if (member.TypeOfMember() is not { } type || !AccessShapes.IsCollection(type))
            return null;
        // Who has it under a lock that cannot be seen says so.
        if (CallersPromise.IsMade(member))
            return null;
        // With a lock here and none there it is UnguardedAccess.
        if (all.Exists(a => !a.IsConstruction && (a.Held.IsUncertain || !a.Held.Must.IsEmpty)))
            return null;
        var changes = all.FindAll(a => a.Kind == AccessKind.ContainerWrite && model.Evidence.WaysTo(a).Count > 0);
        // Filled once, by an initialiser or the static constructor, it is only read afterwards.
        if (changes.Count == 0 || model.EvidenceOf(member) is not { } evidence)
            return null;
        if (StaticCollectionEvidence.SeverityOf(type, all, changes, evidence, model.Evidence.Program) is not { } severity)
            return null;
        var first = changes[0].Operation.Syntax.GetLocation();
        var related = ImmutableArray.CreateRange(changes.Take(4).Select(c => c.Operation.Syntax.GetLocation()));
        return Descriptor.At(member.Locations[0], severity, related, null, member.Name, type.Name, AccessNames.Named(changes[0].Function), first.Line());
    }
}
