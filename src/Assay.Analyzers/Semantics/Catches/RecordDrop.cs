using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Catches;

/// <summary>A record that a catch-all inside a loop loses.</summary>
/// <param name="Loop">The loop.</param>
/// <param name="IsLogged">Whether a log line holds the exception: then somebody can read of it, yet nothing can act on it.</param>
/// <param name="IsHandedOver">Whether nobody else is known to hold the record.</param>
internal sealed record RecordDrop(RecordLoop Loop, bool IsLogged, bool IsHandedOver)
{
    /// <summary>Whether the tried code has a part that does not compile.</summary>
    public bool IsUnbound { get; private init; }

    /// <summary>The record the clause loses, or null.</summary>
    public static RecordDrop? In(CatchFacts facts)
    {
        if (RecordLoop.Around(facts) is not { } loop)
            return null;
        // Tidying up is done for each as well as it goes; a retry works on the same piece again.
        if (loop.IsTakenAway(facts.Attempt) || facts.IsCleaningUp || Cleanup.IsAllOf(facts.Attempt.Body, facts.Types) || Swallowing.IsRetried(facts))
            return null;
        var swallowing = Swallowing.Of(facts, logIsTrace: false);
        // A break does not go on to the next record, and a path on which it is kept was chosen by somebody.
        if (swallowing.Silence != Silence.Always || !GoesOn(swallowing.Exit, loop, facts))
            return null;
        // `engine.Warn(new BuildWarningEventArgs(…))`: whoever listens has heard of it.
        if (facts.Clause.Handler.Descendants().Any(o => o is IArgumentOperation { Value: var told } && told.Unwrap() is IObjectCreationOperation made && made.Type.IsOrInherits(facts.Types["System.EventArgs"])))
            return null;
        var isLogged = swallowing.Walk.LogsException;
        var origin = RecordOrigins.Of(loop, facts);
        // What is registered here stays registered: nothing is lost, and whether the failure is told is another question.
        return origin == RecordOrigin.Kept && !isLogged ? null : new RecordDrop(loop, isLogged, origin == RecordOrigin.Handed) { IsUnbound = facts.Attempt.Body.Descendants().Any(o => o is IInvalidOperation) };
    }

    private static bool GoesOn(HandlerExit exit, RecordLoop loop, CatchFacts facts) => exit.Kind switch
    {
        ExitKind.End => !loop.IsUsedBehind(facts.Attempt),
        ExitKind.Continue => true,
        ExitKind.Return => loop.Place is not ILoopOperation,
        _ => false,
    };
}
