using System.Text;
using Assay.Verify;

namespace Assay.Exercises;

/// <summary>Draws a schedule: a column for each lane, a row for each step, with the source line, the values and the locks held.</summary>
public static class RaceTimeline
{
    private const int WidestColumn = 44;
    private const int MostSteps = 200;

    /// <summary>The drawing.</summary>
    /// <param name="program">The program.</param>
    /// <param name="outcome">What it came to.</param>
    /// <param name="steps">What happened, in order; without them the calls are drawn.</param>
    /// <returns>Lines separated by line feeds.</returns>
    public static string Print(ExploredProgram program, ExploredOutcome outcome, IReadOnlyList<RaceStep> steps)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        var text = new StringBuilder($"{program}\nschedule: {outcome.Schedule}\n");
        text.Append(steps.Count == 0 ? Timeline.Print(outcome.History) : Rows(steps));
        return text.ToString();
    }

    private static string Rows(IReadOnlyList<RaceStep> all)
    {
        var steps = all.Take(MostSteps).ToList();
        var lanes = steps.Select(step => step.Name).Distinct().ToList();
        var widths = lanes.ToDictionary(lane => lane, lane => Math.Min(WidestColumn, steps.Where(step => step.Name == lane).Max(step => Math.Max(Cell(step).Length, lane.Length))));
        var places = Math.Max(4, steps.Max(step => Place(step).Length));
        var text = new StringBuilder();
        Row(text, "line".PadLeft(places), lanes.Select(lane => lane.PadRight(widths[lane])), "");
        foreach (var step in steps)
            Row(text, Place(step).PadLeft(places), lanes.Select(lane => Fit(lane == step.Name ? Cell(step) : "", widths[lane])), step.Holds.Length == 0 ? "" : $"holds {step.Holds}");
        if (all.Count > steps.Count)
            text.Append($"… {all.Count - steps.Count} more steps\n");
        return text.ToString().TrimEnd('\n');
    }

    private static void Row(StringBuilder text, string place, IEnumerable<string> cells, string note) =>
        text.Append($"{place} | {string.Join(" | ", cells)} | {note}".TrimEnd(' ', '|')).Append('\n');

    private static string Fit(string cell, int width) => (cell.Length > width ? cell[..(width - 1)] + "…" : cell).PadRight(width);

    private static string Place(RaceStep step) => step.Line == 0 ? "" : $"{Path.GetFileName(step.File)}:{step.Line}";

    private static string Cell(RaceStep step)
    {
        var of = step.Object.Length == 0 ? "" : $" of {step.Object}";
        return $"{(step.Waits ? "waits: " : "")}{step.Does}{of}{(step.Value.Length == 0 ? "" : $" = {step.Value}")}";
    }
}
