using System.Text;

namespace Assay.Verify.Exploration;

/// <summary>Draws a run: a column for each lane, a row for each step, with the source line, what was read or written, and the locks held.</summary>
public static class LaneTimeline
{
    private const int WidestColumn = 48;

    /// <summary>The drawing.</summary>
    /// <param name="steps">What happened, in order.</param>
    /// <returns>Lines separated by line feeds; the same for the same run.</returns>
    public static string Print(IReadOnlyList<LoggedStep> steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        var shown = steps.Where(step => step.Site.Kind is not SiteKind.Loop).ToList();
        // What follows an await is a lane by itself, and the same thread of control to a reader.
        var lanes = shown.OrderBy(step => step.Lane).Select(step => step.LaneName).Distinct().ToList();
        var columns = lanes.ToDictionary(
            lane => lane,
            lane => Math.Min(WidestColumn, shown.Where(step => step.LaneName == lane).Max(step => Math.Max(Cell(step).Length, lane.Length))));
        var text = new StringBuilder();
        Row(text, "line", lanes.Select(lane => (columns[lane], lane)), "");
        foreach (var step in shown)
        {
            var cells = lanes.Select(lane => (columns[lane], lane == step.LaneName ? Cell(step) : ""));
            Row(text, step.Site.Line == 0 ? "" : $"{step.Site.Line}", cells, step.Held.Length == 0 ? "" : $"holds {step.Held}");
        }

        return text.ToString().TrimEnd('\n');
    }

    private static void Row(StringBuilder text, string line, IEnumerable<(int Width, string Text)> cells, string note)
    {
        var row = new StringBuilder(line.PadLeft(5));
        foreach (var (width, cell) in cells)
            row.Append(" | ").Append((cell.Length > width ? cell[..(width - 1)] + "…" : cell).PadRight(width));
        text.Append($"{row} | {note}".TrimEnd(' ', '|')).Append('\n');
    }

    private static string Cell(LoggedStep step)
    {
        var verb = step.Site.Kind switch
        {
            SiteKind.Read => "read ",
            SiteKind.Write => "write ",
            SiteKind.Atomic => "",
            SiteKind.Boundary => "> ",
            _ => "",
        };
        var owner = step.Target.Length == 0 ? "" : step.Site.Kind is SiteKind.Read or SiteKind.Write ? $" of {step.Target}" : $" on {step.Target}";
        var value = step.Value.Length == 0 ? "" : $" = {step.Value}";
        return $"{(step.Waits ? "waits: " : "")}{verb}{step.Site.What}{owner}{value}";
    }
}
