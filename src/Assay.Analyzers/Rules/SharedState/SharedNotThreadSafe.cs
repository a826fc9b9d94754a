using System.Collections.Immutable;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.SharedState;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Rules.SharedState;

/// <summary>Finds objects that serve one thread at a time and are reached by several.</summary>
public sealed class SharedNotThreadSafe() : SharedStateCheck(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY2020",
        category: Category.SharedState,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "Several threads use one object of a type that serves one thread at a time",
        messageFormat: "'{0}' holds one {1}, which is not thread-safe, and '{2}' {3} it without a lock: {4}");

    internal override void Check(TypeModel model, Action<Diagnostic> report, CancellationToken cancellationToken)
    {
        foreach (var pair in model.Accesses)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (pair.Key.TypeOfMember() is not { } type)
                continue;
            var finding = NotThreadSafe.Is(type) ? Weigh(pair.Key, type, pair.Value, model)
                : AccessShapes.IsCollection(type) ? OfCollection(pair.Key, type, pair.Value, model, cancellationToken) : null;
            if (finding is not null)
                report(finding);
        }
    }

    // Static ones are SharedStaticCollection's.
    private static Diagnostic? OfCollection(ISymbol member, ITypeSymbol type, List<Access> all, TypeModel model, CancellationToken cancellationToken)
    {
        if (member.IsStatic || SharedContent.ChangesOf(member, type, all, model, cancellationToken) is not var (changes, evidence, severity))
            return null;
        var related = ImmutableArray.CreateBuilder<Location>();
        foreach (var change in changes.Skip(1).Take(3))
            related.Add(change.Operation.Syntax.GetLocation());
        if (evidence.Place is { } reason)
            related.Add(reason);
        return Descriptor.At(changes[0].Operation.Syntax.GetLocation(), severity, related.ToImmutable(), null, member.Name, type.Name, AccessNames.Named(changes[0].Function), "changes", evidence.Reason);
    }

    private static Diagnostic? Weigh(ISymbol member, ITypeSymbol type, List<Access> all, TypeModel model)
    {
        // Locks are at work, here or in a caller.
        if (all.Exists(a => !a.IsConstruction && a.Held.IsUncertain))
            return null;
        var bare = all.FindAll(a => a.Held.Must.IsEmpty && NotThreadSafe.IsUse(a.Operation) && model.Evidence.WaysTo(a).Count > 0);
        if (bare.Count == 0 || model.EvidenceOf(member) is not { } evidence)
            return null;
        // One loop puts it to work; who else comes by makes it, or lets it go.
        if (!bare.Exists(one => bare.Exists(other => model.Evidence.CanMeet(one, other))))
            return null;
        // That other state of the object is locked says nothing about this one.
        var severity = evidence.IsStrong && evidence.Kind != EvidenceKind.Neighbour ? DiagnosticSeverity.Warning : DiagnosticSeverity.Info;
        var related = ImmutableArray.CreateBuilder<Location>();
        foreach (var use in bare.Take(3))
            related.Add(use.Operation.Syntax.GetLocation());
        if (evidence.Place is { } reason)
            related.Add(reason);
        return Descriptor.At(bare[0].Operation.Syntax.GetLocation(), severity, related.ToImmutable(), null, member.Name, type.Name, AccessNames.Named(bare[0].Function), "uses", evidence.Reason);
    }
}
