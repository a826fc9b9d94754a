using System.Globalization;
using Assay.Analyzers.Semantics.SharedState;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Rules.SharedState;

/// <summary>Says where the engine of shared state gave up, so that its silence there is not taken for praise.</summary>
public sealed class AnalysisLimit() : LockProtocolCheck(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY2090",
        category: Category.SharedState,
        defaultSeverity: DiagnosticSeverity.Info,
        title: "A function is too large for its locks to be followed",
        messageFormat: "'{0}' {1}, so {2}");

    internal override void Check(TypeLocks locks, Action<Diagnostic> report, CancellationToken cancellationToken)
    {
        foreach (var function in locks.Functions)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (function.Flow is { Limit: not FlowLimit.None and var limit })
                report(Descriptor.At(PlaceOf(function), function.Name, What(limit, function), Unjudged(limit)));
        }
    }

    /// <summary>Names the functions whose callers were too many to be read; who calls is known at the end of the compilation.</summary>
    internal static void ReportUnread(OutsideCallers callers, Action<Diagnostic> report)
    {
        foreach (var function in callers.TooOftenNamed.OrderBy(f => f.ToDisplayString(), StringComparer.Ordinal))
        {
            if (function.Locations is { Length: > 0 } places)
                report(Descriptor.At(places[0], function.Name, string.Format(CultureInfo.InvariantCulture, "is named in more than {0:N0} places", OutsideCallers.MostMentions), "no rule knows what locks its callers hold"));
        }
    }

    private static Location PlaceOf(LockingFunction function) =>
        function.Symbol is { Locations: { Length: > 0 } places } ? places[0] : function.Sites[0].Syntax.GetLocation();

    private static string What(FlowLimit limit, LockingFunction function) => limit switch
    {
        FlowLimit.Acquires => string.Format(CultureInfo.InvariantCulture, "takes locks in {0} places, and at most {1} are followed", function.Sites.Count(s => s.IsAcquire), HeldFlow.MostAcquires),
        FlowLimit.States => string.Format(CultureInfo.InvariantCulture, "has more than {0:N0} combinations of locks and conditions", HeldFlow.MostStates),
        _ => "tests more conditions around its locks than can be told apart",
    };

    private static string Unjudged(FlowLimit limit) => limit == FlowLimit.Conditions
        ? "no rule judges whether it releases what it takes"
        : "no rule judges what it does under its locks, nor whether it releases them";
}
