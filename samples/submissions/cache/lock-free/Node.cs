using System;
using System.Threading;

namespace Candidate;

/// <summary>A call in the log.</summary>
internal sealed class Node(long at, Func<Table, long, Outcome> step)
{
    private Node? _next;
    private Outcome? _outcome;

    public Outcome? Outcome => Volatile.Read(ref _outcome);

    public static Node First(Table table) => new(0, (same, _) => new Outcome(same, null)) { _outcome = new Outcome(table, null) };

    /// <summary>Links a node behind this one.</summary>
    /// <returns>The node that was linked before; null when this one now is.</returns>
    public Node? TryLink(Node node) => Interlocked.CompareExchange(ref _next, node, null);

    /// <summary>Several threads may compute one outcome: all of them the same, of which the first stays.</summary>
    public void Compute(Node before)
    {
        if (Outcome is not null)
            return;
        var table = before.Outcome!.Table.At(at);
        Interlocked.CompareExchange(ref _outcome, step(table, table.Now), null);
    }
}

/// <summary>What a call leaves behind.</summary>
internal sealed record Outcome(Table Table, object? Answer, Entry? Evicted = null);
