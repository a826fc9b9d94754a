using System.Collections.Immutable;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.SharedState;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Rules.SharedState;

/// <summary>Finds the access that misses the lock which the other accesses of the same field hold.</summary>
public sealed class UnguardedAccess() : SharedStateCheck(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY2001",
        category: Category.SharedState,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "A field is used without the lock that guards it elsewhere",
        messageFormat: "'{0}' is {1} here without '{2}', which {3} of its {4} accesses hold; '{5}' {6} it under the lock at line {7}");

    /// <summary>The property of a finding that names a lock its fix can take.</summary>
    public const string GateProperty = "Gate";

    internal override void Check(TypeModel model, Action<Diagnostic> report, CancellationToken cancellationToken)
    {
        foreach (var guard in model.Guards)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // The author has named the lock: GuardedByBroken.
            if (GuardAttributes.Of(guard.Member) is not null)
                continue;
            foreach (var access in guard.Bare)
            {
                if (UnguardedAccessEvidence.SeverityOf(access, guard, model, isDecision: false, cancellationToken) is { } severity)
                    report(Finding(access, guard, severity));
            }
        }
    }

    internal override void CheckHeritage(IReadOnlyList<Heritage> heritages, Action<Diagnostic> report, CancellationToken cancellationToken)
    {
        var guards = new Dictionary<ISymbol, HeritableGuard>(SymbolEqualityComparer.Default);
        foreach (var guard in heritages.SelectMany(h => h.Guards))
            guards[guard.Member] = guard;
        foreach (var uses in heritages.SelectMany(h => h.Uses).Where(u => guards.ContainsKey(u.Member)).ToLookup(u => u.Member, SymbolEqualityComparer.Default))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var guard = guards[uses.Key!];
            var (holding, total) = (guard.Guarded + uses.Count(u => u.Held.Contains(guard.Path)), guard.Total + uses.Count());
            if (holding * 10 < total * 7 || GuardAttributes.Of(guard.Member) is not null)
                continue;
            foreach (var use in uses.Where(u => u.IsDefect))
                report(Finding(use, guard, holding, total));
        }
    }

    private static Diagnostic Finding(HeirUse use, HeritableGuard guard, int holding, int total)
    {
        var other = use.IsWrite && guard.Reader is not null ? guard.Reader : guard.Writer;
        return Descriptor.At(
            use.Place,
            Descriptor.DefaultSeverity,
            [other.Place],
            guard.IsPlain ? ImmutableDictionary<string, string?>.Empty.Add(GateProperty, guard.Text) : null,
            use.Member.Name,
            use.IsWrite ? "written" : "read",
            guard.Text,
            holding,
            total,
            other.Function,
            other == guard.Writer ? "writes" : "reads",
            other.Place.LineFrom(use.Place).Substring("line ".Length));
    }

    private static Diagnostic Finding(Access access, FieldGuard guard, DiagnosticSeverity severity)
    {
        var other = guard.Guarded.FirstOrDefault(a => a.IsWrite != access.IsWrite) ?? guard.Guarded[0];
        var place = other.Operation.Syntax.GetLocation();
        var properties = AccessNames.GateAt(access.Operation, guard.Term) is { } gate ? ImmutableDictionary<string, string?>.Empty.Add(GateProperty, gate) : null;
        return Descriptor.At(
            access.Operation.Syntax.GetLocation(),
            severity,
            [place],
            properties,
            access.Member.Name,
            access.IsWrite ? "written" : "read",
            guard.Term.Text,
            guard.Guarded.Count,
            guard.Total,
            AccessNames.Named(other.Function),
            other.IsWrite ? "writes" : "reads",
            place.Line());
    }
}
