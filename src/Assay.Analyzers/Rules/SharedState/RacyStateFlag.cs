using Assay.Analyzers.Semantics.SharedState;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Rules.SharedState;

/// <summary>Finds flags that are to let work run once and let two threads pass.</summary>
public sealed class RacyStateFlag() : SharedStateCheck(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY2024",
        category: Category.SharedState,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "Two threads can pass the flag before one of them sets it",
        messageFormat: "Two threads can pass the check of '{0}' at line {1} before one of them sets it here, and both do {2}: {3}");

    internal override void Check(TypeModel model, Action<Diagnostic> report, CancellationToken cancellationToken)
    {
        foreach (var race in model.MemberRaces(cancellationToken))
        {
            if (race.Kind != RaceKind.StateFlag || FlaggedWork.Of(race) is not { } work)
                continue;
            report(RaceFindings.At(Descriptor, race, RaceFindings.Weigh(race, work.MustRunOnce && model.Evidence.CanMeet(race.Act, race.Act)), race.Act.Member.Name, RaceFindings.CheckLine(race), work.What, race.Evidence.Reason));
        }
    }
}
