using System.Composition;
using Assay.Analyzers.Rules.Time;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Time;
using Assay.CodeFixes.Rewriting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Assay.CodeFixes.Rules.Time;

/// <summary>Measures with timestamps of the TimeProvider in scope, or of Stopwatch, where the start sits in a local.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(WallClockDurationFix)), Shared]
public sealed class WallClockDurationFix() : RuleFix(WallClockDuration.Descriptor)
{
    private protected override Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken) =>
        Task.FromResult(Propose(site, cancellationToken));

    private static Fix? Propose(FixSite site, CancellationToken cancellationToken)
    {
        var types = KnownTypes.Of(site.Model.Compilation);
        if (site.Node is not ExpressionSyntax place || site.Model.GetOperation(place, cancellationToken) is not { } operation)
            return null;
        if (!WallClockSpans.MayBeSpan(operation) || new WallClockSpans(types).SpanOf(operation, cancellationToken) is not { } span)
            return null;
        // A field may be read before it is set, and zero ticks of the machine's counter are not the year one.
        if (span.Variable is not ILocalSymbol local)
            return null;
        ISpanRewrite? rewrite = span.IsTimeout
            ? DeadlineRewrite.Of(types, local, operation, cancellationToken)
            : ElapsedRewrite.Of(types, local, operation, cancellationToken);
        if (rewrite is null || Clock(site, types, rewrite.Places, cancellationToken) is not var (clock, title))
            return null;
        var root = site.Root.ReplaceNodes(rewrite.Places, (original, current) => rewrite.Rewrite(original, current, clock));
        return site.Rewrite(title, root);
    }

    // One clock for all places: timestamps of two do not mix.
    private static (ExpressionSyntax Clock, string Title)? Clock(FixSite site, KnownTypes types, IEnumerable<SyntaxNode> places, CancellationToken cancellationToken)
    {
        ExpressionSyntax? common = null;
        foreach (var place in places.OfType<ExpressionSyntax>())
        {
            var inScope = ClockScope.At(types, site.Model, place, cancellationToken);
            var name = inScope is { IsTimeProvider: true } ? ClockSyntax.Name(inScope, site.Model, place, cancellationToken) : null;
            if (name is null || (common is not null && !common.IsEquivalentTo(name)))
                return Stopwatch(types);
            common = name;
        }
        return common is null ? Stopwatch(types) : (common, $"Measure with timestamps of '{common}'");
    }

    private static (ExpressionSyntax Clock, string Title)? Stopwatch(KnownTypes types) =>
        types["System.Diagnostics.Stopwatch"]?.GetMembers("GetElapsedTime").IsEmpty == false
            ? (ClockSyntax.Imported("global::System.Diagnostics.Stopwatch"), "Measure with timestamps of 'Stopwatch'")
            : null;
}
