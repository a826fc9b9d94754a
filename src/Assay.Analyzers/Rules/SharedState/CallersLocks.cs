using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.SharedState;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Rules.SharedState;

/// <summary>
/// Withdraws findings in functions that every caller in the compilation calls under a lock of its own. Callers are searched for
/// what would be reported and for nothing else, which keeps the end of a type cheap.
/// </summary>
internal static class CallersLocks
{
    // The rules that rest on nobody holding a lock at the place. DifferentLocks, 2002, rests on a lock that is held.
    private static readonly string[] s_races =
    [
        "ASSAY2001", "ASSAY2003", "ASSAY2004", "ASSAY2005", "ASSAY2006", "ASSAY2007", "ASSAY2017", "ASSAY2018", "ASSAY2020", "ASSAY2021", "ASSAY2023", "ASSAY2024",
    ];

    public static void Withdraw(List<Diagnostic> findings, TypeModel model, CancellationToken cancellationToken) =>
        findings.RemoveAll(finding => Array.IndexOf(s_races, finding.Id) >= 0 && IsHeldByCallers(finding.Location, model, cancellationToken));

    private static bool IsHeldByCallers(Location place, TypeModel model, CancellationToken cancellationToken)
    {
        foreach (var body in model.Bodies)
        {
            if (body.Operation.Syntax.SyntaxTree != place.SourceTree || !body.Operation.Syntax.Span.Contains(place.SourceSpan))
                continue;
            return model.Places.HeldByCallers(Innermost(body.Operation, place), body.Owner, cancellationToken) == CallersHold.Locks;
        }
        return false;
    }

    private static IOperation Innermost(IOperation around, Location place)
    {
        foreach (var child in around.ChildOperations)
        {
            if (child.Syntax.Span.Contains(place.SourceSpan))
                return Innermost(child, place);
        }
        return around;
    }
}
