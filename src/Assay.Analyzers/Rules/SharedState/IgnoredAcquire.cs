using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.SharedState;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.SharedState;

/// <summary>Finds a lock that is released although taking it failed: the result was ignored, or the wait sits inside the try.</summary>
public sealed class IgnoredAcquire() : LockProtocolCheck(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY2022",
        category: Category.SharedState,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "A lock is released although it may not have been taken",
        messageFormat: "'{0}' is released at line {1} even when {2}, so that {3}");

    internal override void Check(TypeLocks locks, Action<Diagnostic> report, CancellationToken cancellationToken)
    {
        foreach (var function in locks.Functions)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var site in function.Sites)
            {
                if (site.IsAcquire && function.Flow is { } flow && Finding(site, flow, function) is { } finding)
                    report(finding);
            }
        }
    }

    private static Diagnostic? Finding(LockSite site, HeldFlow flow, LockingFunction function)
    {
        // The function gives back what its caller took, and takes it again.
        if (function.Sites.Any(other => !other.IsAcquire && other.Key == site.Key && other.Syntax.SpanStart < site.Syntax.SpanStart && !IsInCatch(other.Call.Call)))
            return null;
        var unheld = flow.Unheld.Where(u => u.Site == site).OrderByDescending(u => u.IsExpected).FirstOrDefault();
        if (unheld is null)
            return null;
        var release = unheld.Release.Syntax.GetLocation();
        return Descriptor.At(
            site.Syntax.GetLocation(),
            unheld.IsExpected ? DiagnosticSeverity.Warning : DiagnosticSeverity.Info,
            [release],
            null,
            site.Text,
            release.Line(),
            Reason(unheld, site),
            site.Type == "SemaphoreSlim" ? "one caller too many gets in from then on" : "the release throws and hides the first failure");
    }

    private static string Reason(ReleaseUnheld unheld, LockSite site)
    {
        if (site.IsTry && (unheld.Cause is null || unheld.Cause.Syntax == site.Syntax))
            return $"'{site.Call.Call.TargetMethod.Name}' gives up without it";
        if (site.CanBeCancelled && (unheld.Cause is null || unheld.Cause.Syntax == site.Syntax))
            return $"'{site.Call.Call.TargetMethod.Name}' is cancelled";
        if (unheld.Cause is { } cause && cause.Syntax != site.Syntax)
            return $"line {cause.Syntax.GetLocation().Line()} fails before it is taken";
        return unheld.IsExpected ? "the try block is left before it is taken" : $"'{site.Call.Call.TargetMethod.Name}' throws";
    }

    private static bool IsInCatch(IOperation operation) => operation.Syntax.FirstAncestorOrSelf<CatchClauseSyntax>() is not null;
}
