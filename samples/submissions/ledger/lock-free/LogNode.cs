using System;
using System.Threading;

namespace Candidate;

/// <summary>A call in the log.</summary>
internal sealed class LogNode(long at, Func<Replica, object?> step)
{
    private static readonly object Nothing = new();

    private LogNode? _next;
    private object? _outcome;

    public LogNode? Next => Volatile.Read(ref _next);

    public bool HasOutcome => Volatile.Read(ref _outcome) is not null;

    public object? Outcome => Volatile.Read(ref _outcome) is var outcome && outcome == Nothing ? null : outcome;

    /// <summary>Links a node behind this one.</summary>
    /// <returns>The node that was linked before; null when this one now is.</returns>
    public LogNode? TryLink(LogNode node) => Interlocked.CompareExchange(ref _next, node, null);

    /// <summary>Carries the call out on a replica. The outcome is the same on all; the first stays.</summary>
    public void Apply(Replica replica)
    {
        replica.MoveTo(at);
        Interlocked.CompareExchange(ref _outcome, step(replica) ?? Nothing, null);
    }
}
