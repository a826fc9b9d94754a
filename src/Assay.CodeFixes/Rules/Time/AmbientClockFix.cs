using System.Composition;
using Assay.Analyzers.Rules.Time;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Time;
using Assay.CodeFixes.Rewriting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.CodeFixes.Rules.Time;

/// <summary>Reads the time from the clock in scope, or gives the class a TimeProvider through its constructors.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AmbientClockFix)), Shared]
public sealed class AmbientClockFix() : RuleFix(AmbientClock.Descriptor)
{
    private protected override async Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken)
    {
        var types = KnownTypes.Of(site.Model.Compilation);
        if (site.Node is not ExpressionSyntax place || site.Model.GetOperation(place, cancellationToken) is not { } operation)
            return null;
        var reading = types.ReadingOf(operation);
        if (!reading.IsAmbient())
            return null;
        if (ClockScope.At(types, site.Model, place, cancellationToken) is { } clock)
            return ReadInScope(site, place, operation, reading, clock, cancellationToken);
        // A counter is worth a TimeProvider only together with what is computed from it.
        if (types.TimeProvider is null || ClockSyntax.Read(ClockSyntax.SystemClock, reading) is null)
            return null;
        var changed = await ClockInjection.InjectAsync(site, place, reading, cancellationToken).ConfigureAwait(false);
        return changed is null ? null : new Fix("Inject a TimeProvider", changed);
    }

    private static Fix? ReadInScope(FixSite site, ExpressionSyntax place, IOperation operation, ClockReading reading, ClockInScope clock, CancellationToken cancellationToken)
    {
        if (ClockSyntax.Name(clock, site.Model, place, cancellationToken) is not { } name)
            return null;
        var title = $"Read the time from '{clock.Symbol.Name}'";
        if (reading == ClockReading.Timestamp)
            return clock.IsTimeProvider ? MoveTimestamp(site, title, operation, name, clock, cancellationToken) : null;
        var read = clock.IsTimeProvider ? ClockSyntax.Read(name, reading) : ClockSyntax.ReadInterface(name, clock.Type, reading);
        return read is null ? null : site.Replace(title, place, read.WithTriviaFrom(place));
    }

    // Timestamps of two clocks do not mix: either all that is computed from this one moves to the TimeProvider, or nothing.
    private static Fix? MoveTimestamp(FixSite site, string title, IOperation reading, ExpressionSyntax clock, ClockInScope inScope, CancellationToken cancellationToken)
    {
        if (reading.Parent is not IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: { } start } })
            return null;
        var receivers = new List<SyntaxNode>();
        if (Receiver(reading.Syntax) is not { } first)
            return null;
        receivers.Add(first);
        foreach (var use in VariableUses.Of(start, reading, cancellationToken))
        {
            if (use.Parent is not IArgumentOperation { Parent: IInvocationOperation { TargetMethod: { Name: "GetElapsedTime", Parameters.Length: 1, IsStatic: true } } call })
                return null;
            if (Receiver(call.Syntax) is not { } receiver
                || !inScope.Symbol.Is(ClockScope.At(KnownTypes.Of(site.Model.Compilation), site.Model, call.Syntax, cancellationToken)?.Symbol)
                || ClockSyntax.Name(inScope, site.Model, call.Syntax, cancellationToken) is not { } again || !again.IsEquivalentTo(clock))
            {
                return null;
            }
            receivers.Add(receiver);
        }
        return site.Rewrite(title, site.Root.ReplaceNodes(receivers, (original, _) => clock.WithTriviaFrom(original)));
    }

    private static ExpressionSyntax? Receiver(SyntaxNode call) =>
        call is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } ? access.Expression : null;
}
