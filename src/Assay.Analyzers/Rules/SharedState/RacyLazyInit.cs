using Assay.Analyzers.Semantics.SharedState;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Rules.SharedState;

/// <summary>Finds objects of which only one may exist, created by whichever threads find the field empty.</summary>
public sealed class RacyLazyInit() : SharedStateCheck(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY2018",
        category: Category.SharedState,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "Two threads that find the field empty create two objects",
        messageFormat: "Two threads that find '{0}' empty create {1} each, and the first goes on with one that the field no longer holds: {2}");

    internal override void Check(TypeModel model, Action<Diagnostic> report, CancellationToken cancellationToken)
    {
        foreach (var race in model.MemberRaces(cancellationToken))
        {
            if (race.Kind != RaceKind.LazyCreation || LazyCreation.Of(race, model) is not { } creation)
                continue;
            report(RaceFindings.At(Descriptor, race, RaceFindings.Weigh(race, creation.HasIdentity), race.Act.Member.Name, creation.Name, race.Evidence.Reason));
        }
    }
}
