using Assay.Analyzers.Semantics.Retries;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Catches;

/// <summary>On which paths a handler leaves no trace of the failure.</summary>
internal enum Silence
{
    /// <summary>Every path leaves a trace, or throws, or was chosen by looking at the exception.</summary>
    None,

    /// <summary>Some path does not, by a condition that has nothing to do with the exception.</summary>
    Sometimes,

    /// <summary>No path does, or those do not that are left when some types were picked out.</summary>
    Always,
}

/// <summary>
/// What happens to the failure in the handler of a catch-all.
/// </summary>
/// <param name="Silence">How far the handler is silent.</param>
/// <param name="Exit">How the first silent path leaves it.</param>
/// <param name="Walk">What the handler does otherwise.</param>
internal readonly record struct Swallowing(Silence Silence, HandlerExit Exit, TraceWalk Walk)
{
    /// <summary>Follows the handler's paths.</summary>
    /// <param name="facts">The clause.</param>
    /// <param name="logIsTrace">Whether a log line that holds the exception is enough of a trace.</param>
    public static Swallowing Of(CatchFacts facts, bool logIsTrace)
    {
        var walk = new TraceWalk(facts, logIsTrace);
        walk.Run();
        var sometimes = default(HandlerExit?);
        foreach (var exit in walk.Exits)
        {
            if (exit.Path.IsSettled || exit.Kind == ExitKind.Elsewhere)
                continue;
            // Nothing in the handler settles anything, or the path is what a type test left over.
            if (exit.Path.Guard == Guard.None || !(walk.SomethingSettles || walk.SomePathThrows))
                return new Swallowing(Silence.Always, exit, walk);
            if (exit.Path.Guard == Guard.Unrelated)
                sometimes ??= exit;
        }
        // `if (attempt == last) throw;` lets the failure out in the end; a caller's flag decides to be told or not.
        return sometimes is { } silent && !walk.SomePathThrows
            ? new Swallowing(Silence.Sometimes, silent, walk)
            : new Swallowing(Silence.None, default, walk);
    }

    /// <summary>
    /// Whether the loop around the try repeats one piece of work until it succeeds: success leaves the loop, failure takes the
    /// next turn. There the failure of one attempt is meant to be forgotten.
    /// </summary>
    public static bool IsRetried(CatchFacts facts) => facts.EnclosingLoop is { } loop && RetryLoop.LeavesOnSuccess(facts.Attempt, loop);
}
