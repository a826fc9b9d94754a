using System.Collections.Immutable;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.SharedState;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Rules.SharedState;

/// <summary>Builds the findings of the rules about a check and an act on one member.</summary>
internal static class RaceFindings
{
    /// <summary>The finding at the act, with the check and the reason for the threads as its other places.</summary>
    public static Diagnostic At(DiagnosticDescriptor descriptor, MemberRace race, DiagnosticSeverity severity, params object[] arguments) =>
        At(descriptor, race, severity, properties: null, arguments);

    /// <summary>The finding with what its fix is to know.</summary>
    public static Diagnostic At(DiagnosticDescriptor descriptor, MemberRace race, DiagnosticSeverity severity, ImmutableDictionary<string, string?>? properties, params object[] arguments)
    {
        var places = ImmutableArray.CreateBuilder<Location>();
        if (race.Check != race.Act)
            places.Add(race.Check.Operation.Syntax.GetLocation());
        if (race.Evidence.Place is { } reason && !places.Contains(reason))
            places.Add(reason);
        return descriptor.At(FunctionParts.WholeOf(race.Act).Syntax.GetLocation(), severity, places.ToImmutable(), properties, arguments);
    }

    /// <summary>A warning where the reason carries it, a suggestion otherwise.</summary>
    public static DiagnosticSeverity Weigh(MemberRace race, bool isCertain) =>
        isCertain && race.Evidence.IsStrong && race.Evidence.Kind != EvidenceKind.Neighbour ? DiagnosticSeverity.Warning : DiagnosticSeverity.Info;

    public static int CheckLine(MemberRace race) => race.Check.Operation.Syntax.GetLocation().Line();
}
