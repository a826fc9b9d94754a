using System.Text;

namespace Assay.Exercises.Tests;

/// <summary>The page of an exercise: its stages, and which of them catches which planted defect.</summary>
internal static class ExercisePage
{
    public static string Render(Exercise exercise, Func<PlantedDefect, Stage, bool> isCaught)
    {
        var page = new StringBuilder(exercise.Brief.TrimEnd()).Append("\n\n## What is checked\n");
        foreach (var stage in exercise.Stages)
        {
            page.Append($"\n**{stage.Number}. {stage.Title}**\n\n| check | what must hold | criterion |\n|---|---|---|\n");
            foreach (var check in stage.Checks)
                page.Append($"| `{check.Id}` | {check.Sentence} | {check.Category} |\n");
        }

        page.Append("\n## Points\n\n| criterion | of 100 |\n|---|---|\n");
        foreach (var weight in exercise.Weights)
            page.Append($"| {weight.Criterion} | {weight.Points} |\n");
        AppendKills(page, exercise, isCaught);
        return page.ToString();
    }

    private static void AppendKills(StringBuilder page, Exercise exercise, Func<PlantedDefect, Stage, bool> isCaught)
    {
        page.Append($"""

            ## Who catches what

            Wrong solutions that are planted in the reference and run through the stages. ✗ is caught, – goes unnoticed; each is caught by its own stage twenty times
            out of twenty. Of defects that are caught before, the concurrency stage is not asked (blank).


            """);
        page.Append($"| defect | {string.Join(" | ", exercise.Stages.Select(stage => stage.Number))} | rule |\n|---|{string.Concat(exercise.Stages.Select(_ => "---|"))}---|\n");
        foreach (var defect in exercise.Defects)
        {
            var cells = exercise.Stages.Select(stage => stage.Number == defect.Stage ? "✗" : stage.Number < defect.Stage ? "–" : stage.Number == 4 ? "" : isCaught(defect, stage) ? "✗" : "–");
            page.Append($"| **{defect.Name}**: {defect.Story} | {string.Join(" | ", cells)} | {defect.Rule ?? ""} |\n");
        }
    }
}
