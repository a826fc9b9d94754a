using System.CommandLine;
using Assay.Cli.Grading;
using Assay.Cli.Rules;
using Assay.Exercises;
using Assay.Grading.Intake;

namespace Assay.Cli.Commands;

/// <summary>`assay new`: a folder to begin an exercise in.</summary>
internal static class NewCommand
{
    public static Command Create(CliContext context)
    {
        var exercise = new Argument<string>("EXERCISE") { Description = string.Join(", ", Exercise.All.Select(one => one.Id)) };
        var folder = new Argument<string>("DIR") { Description = "The folder to write; it must be empty or not there." };
        var command = new Command("new", "Writes contract, starter, brief and a local check of an exercise.") { exercise, folder };
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(exercise)!, parsed.GetValue(folder)!, context));
        return command;
    }

    private static async Task<int> RunAsync(string id, string folder, CliContext context)
    {
        if (Exercise.All.FirstOrDefault(one => one.Id == id) is not { } exercise)
        {
            var near = Spelling.Nearest(id, Exercise.All.Select(one => one.Id));
            await context.ComplainAsync($"there is no exercise '{id}'; {(near is null ? $"there are {string.Join(", ", Exercise.All.Select(one => one.Id))}" : $"did you mean {near}?")}");
            return ExitCode.Unusable;
        }

        var target = Path.GetFullPath(folder, context.Environment.Folder);
        if (Path.Exists(target) && (File.Exists(target) || Directory.EnumerateFileSystemEntries(target).Any()))
        {
            await context.ComplainAsync($"{folder} is there already and not empty; nothing was written");
            return ExitCode.Unusable;
        }

        try
        {
            foreach (var file in StarterFolder.Of(exercise))
            {
                var path = Path.Combine(target, file.Path);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                await File.WriteAllTextAsync(path, file.Text);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await context.ComplainAsync($"{folder} cannot be written: {e.Message}");
            return ExitCode.Unusable;
        }

        await context.Output.WriteAsync($"wrote {exercise.Title} to {folder}; read BRIEF.md, check with: dotnet run --project {folder}\ngrade with: assay grade {Path.Combine(folder, TaskFolder.Submission)} --exercise {exercise.Id}\n");
        return ExitCode.Clean;
    }
}
