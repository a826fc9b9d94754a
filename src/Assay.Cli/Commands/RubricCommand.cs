using System.CommandLine;
using Assay.Exercises;
using Assay.Grading.Score;

namespace Assay.Cli.Commands;

/// <summary>`assay rubric`: shows an exercise's rubric, checks a file of one's own.</summary>
internal static class RubricCommand
{
    public static Command Create(CliContext context)
    {
        var file = new Argument<string>("FILE") { Description = "A rubric in YAML." };
        var check = new Command("check", "Checks a rubric file, every fault with its line.") { file };
        check.SetAction((parsed, cancellationToken) => CheckAsync(parsed.GetValue(file)!, context, cancellationToken));
        var id = new Argument<string>("EXERCISE") { Description = "An exercise." };
        var show = new Command("show", "Writes an exercise's own rubric, to begin one from.") { id };
        show.SetAction((parsed, _) => ShowAsync(parsed.GetValue(id)!, context));
        return new Command("rubric", "Shows and checks rubrics.") { check, show };
    }

    private static async Task<int> CheckAsync(string file, CliContext context, CancellationToken cancellationToken)
    {
        string text;
        try
        {
            text = await File.ReadAllTextAsync(Path.GetFullPath(file, context.Environment.Folder), cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await context.ComplainAsync($"{file} cannot be read: {e.Message}");
            return ExitCode.Unusable;
        }

        var (_, faults) = RubricFile.Read(text);
        foreach (var fault in faults)
            await context.Output.WriteLineAsync($"{file}, {fault}");
        if (faults.Count == 0)
            await context.Output.WriteLineAsync($"{file} is a rubric");
        return faults.Count == 0 ? ExitCode.Clean : ExitCode.Findings;
    }

    private static async Task<int> ShowAsync(string id, CliContext context)
    {
        if (Exercise.All.FirstOrDefault(one => one.Id == id) is { } exercise)
        {
            await context.Output.WriteAsync(RubricFile.Write(Rubric.Of(exercise)));
            return ExitCode.Clean;
        }

        await context.ComplainAsync($"there is no exercise '{id}'; there are {string.Join(", ", Exercise.All.Select(one => one.Id))}");
        return ExitCode.Unusable;
    }
}
