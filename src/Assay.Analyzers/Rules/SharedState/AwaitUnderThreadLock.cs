using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.SharedState;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Rules.SharedState;

/// <summary>Finds an await or a yield between the acquire and the release of a lock that belongs to its thread.</summary>
public sealed class AwaitUnderThreadLock() : LockProtocolCheck(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY2014",
        category: Category.SharedState,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "A lock that belongs to its thread is held over an await or a yield",
        messageFormat: "'{0}', taken at line {1}, belongs to the thread that took it; after this {2} another thread may run the rest, and its release then fails and leaves '{0}' held");

    internal override void Check(TypeLocks locks, Action<Diagnostic> report, CancellationToken cancellationToken)
    {
        foreach (var function in locks.Functions)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var seen = new HashSet<SyntaxNode>();
            foreach (var (site, place) in (function.Flow?.Suspended ?? []).OrderBy(s => s.Place.Syntax.SpanStart))
            {
                // A lock is lost once; the awaits that follow lose nothing more.
                if (!seen.Add(site.Syntax))
                    continue;
                var acquire = site.Syntax.GetLocation();
                report(Descriptor.At(place.Syntax.GetLocation(), [acquire], site.Text, acquire.Line(), place.Kind == OperationKind.YieldReturn ? "yield" : "await"));
            }
        }
    }
}
