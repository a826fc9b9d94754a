using System.Collections.Immutable;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Collections;
using Assay.Analyzers.Semantics.SharedState;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.SharedState;

/// <summary>Finds a change of shared state that relies on what was read from it a moment before.</summary>
public sealed class CheckThenAct() : SharedStateCheck(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY2003",
        category: Category.SharedState,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "Another thread can come between a check and the act that relies on it",
        messageFormat: "'{0}' was checked at line {1} ({2}); another thread can change it before this '{3}', which then {4}{5}");

    /// <summary>The property of a finding on plain state: the lock that its fix can take, or null.</summary>
    public const string GateProperty = "Gate";

    internal override void Watch(INamedTypeSymbol type, KnownTypes types, EvidenceGate gate, CancellationToken cancellationToken)
    {
        if (ConcurrentCollections.MayBeIn(type, cancellationToken))
            gate.Ask();
    }

    internal override void Check(TypeModel model, Action<Diagnostic> report, CancellationToken cancellationToken)
    {
        foreach (var race in new CollectionRaces(model).Find(cancellationToken))
            report(Finding(race));
        foreach (var act in new ContentRaces(model, cancellationToken).Find())
            report(Finding(act));
    }

    private static Diagnostic Finding(ReliantAct act) => RaceFindings.At(
        Descriptor,
        act.Race,
        act.Severity,
        ImmutableDictionary<string, string?>.Empty.Add(GateProperty, act.Gate),
        act.Race.Act.Member.Name,
        RaceFindings.CheckLine(act.Race),
        act.Check,
        act.Act,
        act.Consequence,
        $": {act.Race.Evidence.Reason}");

    private static Diagnostic Finding(Race race)
    {
        var check = race.Check.Operation.Syntax.GetLocation();
        return Descriptor.At(
            race.Act.Operation.Syntax.GetLocation(),
            race.IsHarmless ? DiagnosticSeverity.Info : DiagnosticSeverity.Warning,
            [check],
            null,
            race.Act.Collection.Syntax.ToString(),
            check.Line(),
            Shown(race.Check.Operation, race.Check.Name),
            Shown(race.Act.Operation, race.Act.Name),
            race.Consequence,
            "");
    }

    // An indexer has no name of its own; its text says which entry is meant.
    private static string Shown(IOperation operation, string name) => operation switch
    {
        IAssignmentOperation assignment => assignment.Target.Syntax.ToString(),
        IIncrementOrDecrementOperation step => step.Target.Syntax.ToString(),
        IPropertyReferenceOperation { Property.IsIndexer: true } => operation.Syntax.ToString(),
        _ => name,
    };
}
