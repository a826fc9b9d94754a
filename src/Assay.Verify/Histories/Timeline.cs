using System.Text;

namespace Assay.Verify;

/// <summary>Prints a history as lanes of text, one line a lane, time from left to right.</summary>
public static class Timeline
{
    /// <summary>Prints a history: <c>|- write(1) → done -|</c> spans a call from its beginning to its return, <c>…</c> ends a pending one.</summary>
    /// <typeparam name="TOp">What is asked of the object.</typeparam>
    /// <typeparam name="TResult">What it answers.</typeparam>
    /// <param name="history">The history.</param>
    /// <returns>Lines separated by line feeds; the same text for the same history.</returns>
    public static string Print<TOp, TResult>(History<TOp, TResult> history)
    {
        ArgumentNullException.ThrowIfNull(history);
        var columns = Columns(history.Operations);
        var width = columns.Count == 0 ? 0 : columns.Values.Max() + 1;
        var lanes = history.Operations.GroupBy(operation => operation.Lane).OrderBy(lane => lane.Key).ToList();
        var margin = lanes.Count == 0 ? 0 : lanes.Max(lane => $"T{lane.Key}".Length);
        return string.Join('\n', lanes.Select(lane => $"T{lane.Key}".PadRight(margin) + " " + Line(lane, columns, width)));
    }

    // An event stands right of all earlier events, and a return far enough right of its call for the label to fit in between.
    private static Dictionary<long, int> Columns<TOp, TResult>(IReadOnlyList<Operation<TOp, TResult>> operations)
    {
        var events = operations.Select(operation => (At: operation.Invoked, operation, IsReturn: false))
            .Concat(operations.Where(operation => !operation.IsPending).Select(operation => (At: operation.Returned!.Value, operation, IsReturn: true)))
            .OrderBy(item => item.At);
        var columns = new Dictionary<long, int>();
        var next = 0;
        foreach (var (at, operation, isReturn) in events)
        {
            if (isReturn)
                next = Math.Max(next, columns[operation.Invoked] + Label(operation).Length + 5);
            columns[at] = next;
            next += 2;
        }

        return columns;
    }

    private static string Line<TOp, TResult>(IEnumerable<Operation<TOp, TResult>> lane, Dictionary<long, int> columns, int width)
    {
        var line = new StringBuilder();
        foreach (var operation in lane)
        {
            line.Append(' ', Math.Max(0, columns[operation.Invoked] - line.Length)).Append("|- ").Append(Label(operation)).Append(' ');
            var end = operation.Returned is { } returned ? columns[returned] : width;
            line.Append('-', Math.Max(0, end - line.Length)).Append(operation.IsPending ? '…' : '|');
        }

        return line.ToString();
    }

    private static string Label<TOp, TResult>(Operation<TOp, TResult> operation) =>
        string.Concat(operation.ToString().Select(character => char.IsControl(character) ? ' ' : character));
}
