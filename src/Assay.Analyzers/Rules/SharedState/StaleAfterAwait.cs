using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.SharedState;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Rules.SharedState;

/// <summary>Finds writes after an await that rely on what a field held before it.</summary>
public sealed class StaleAfterAwait() : SharedStateCheck(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY2006",
        category: Category.SharedState,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "A write after an await relies on what was read before it",
        messageFormat: "'{0}' was read at line {1}, before the await at line {2}; a call that ran in between {3}: {4}");

    internal override void Check(TypeModel model, Action<Diagnostic> report, CancellationToken cancellationToken)
    {
        foreach (var race in model.MemberRaces(cancellationToken))
        {
            if (race.Kind != RaceKind.StaleAfterAwait || race.Await is not { } wait || AwaitedWork.Of(race) is not { } work)
                continue;
            report(RaceFindings.At(Descriptor, race, RaceFindings.Weigh(race, work.DoesHarm), race.Act.Member.Name, RaceFindings.CheckLine(race), wait.Syntax.GetLocation().Line(), work.Consequence, race.Evidence.Reason));
        }
    }
}
