using Assay.Exercises;
using Assay.Grading.Score;

namespace Assay.Cli.Grading;

/// <summary>The rubric to grade by: a file, or the exercise's own.</summary>
internal static class RubricSource
{
    /// <summary>Reads it.</summary>
    /// <exception cref="UnusableException">The file cannot be read or has faults; each is told first, with its line.</exception>
    public static async Task<Rubric> ReadAsync(string? file, Exercise exercise, CliContext context, CancellationToken cancellationToken)
    {
        if (file is null)
            return Rubric.Of(exercise);
        string text;
        try
        {
            text = await File.ReadAllTextAsync(Path.GetFullPath(file, context.Environment.Folder), cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UnusableException($"{file} cannot be read: {e.Message}");
        }

        var (rubric, faults) = RubricFile.Read(text);
        foreach (var fault in faults)
            await context.ComplainAsync($"{file}, {fault}");
        if (rubric is null)
            throw new UnusableException($"{file} is no rubric");
        return rubric.Exercise == exercise.Id ? rubric : throw new UnusableException($"{file} is for the exercise {rubric.Exercise}, not {exercise.Id}");
    }
}
