using System.CommandLine;
using Assay.Cli.Grading;
using Assay.Cli.Rules;
using Assay.Exercises;
using Assay.Grading.Report;

namespace Assay.Cli.Commands;

/// <summary>`assay grade`: what the command line means, as a request.</summary>
internal static class GradeCommand
{
    private static readonly Argument<string> PathOf = new("PATH") { Description = "A submission (folder, .cs, .zip, .tar, .tar.gz), or a folder of submissions." };
    private static readonly Option<string?> ExerciseId = new("--exercise") { Description = "What was asked; told by a folder's name when it is left out.", HelpName = "ID" };

    private static readonly Option<string[]> Format = new("--format")
    {
        Description = "How the report is written; may be repeated with --out.", HelpName = "text|" + string.Join('|', GradeWriter.All.Select(writer => writer.Format)),
    };

    private static readonly Option<string?> Output = new("--output") { Description = "The file to write one submission's report to.", HelpName = "FILE" };
    private static readonly Option<string?> Out = new("--out") { Description = "The folder to write each submission's reports to, and for many an index; grades that are there already and still hold are kept.", HelpName = "DIR" };
    private static readonly Option<int> Jobs = new("--jobs") { Description = "How many to grade at once.", HelpName = "N", DefaultValueFactory = _ => Math.Max(1, Environment.ProcessorCount - 1) };
    private static readonly Option<int> Seed = new("--seed") { Description = "Decides everything random, with the files of the submission.", HelpName = "N", DefaultValueFactory = _ => 1 };
    private static readonly Option<decimal?> FailUnder = new("--fail-under") { Description = "Exit with 1 when a score is below this.", HelpName = "POINTS" };
    private static readonly Option<string?> RubricPath = new("--rubric") { Description = "A rubric file; the exercise's own when it is left out.", HelpName = "FILE" };
    private static readonly Option<bool> Trust = new("--i-trust-the-code") { Description = "Grade many submissions although the isolation is weak." };
    private static readonly Option<bool> NoColor = new("--no-color") { Description = "Write plain text." };
    private static readonly Option<bool> Verbose = new("--verbose") { Description = "Tell more when something fails." };
    private static readonly Option<string> IsolationLevel = Levels();

    public static Command Create(CliContext context)
    {
        var command = new Command("grade", "Grades submissions to an exercise, by evidence.")
        {
            PathOf, ExerciseId, Format, Output, Out, Jobs, IsolationLevel, Seed, FailUnder, RubricPath, Trust, NoColor, Verbose,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, context, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CliContext context, CancellationToken cancellationToken)
    {
        var formats = parsed.GetValue(Format)!.SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Distinct().ToArray();
        var known = GradeWriter.All.Select(writer => writer.Format).Append("text").ToArray();
        if (formats.FirstOrDefault(format => !known.Contains(format)) is { } unknown)
            return await RefuseAsync(context, $"there is no format '{unknown}'; there are {string.Join(", ", known)}");
        var path = Path.GetFullPath(parsed.GetValue(PathOf)!, context.Environment.Folder);
        if (!Path.Exists(path))
            return await RefuseAsync(context, $"there is nothing at {parsed.GetValue(PathOf)}");
        // Who names a link means what it leads to; one that is found in a folder of submissions is refused.
        path = (Directory.Exists(path) ? Directory.ResolveLinkTarget(path, returnFinalTarget: true) : File.ResolveLinkTarget(path, returnFinalTarget: true))?.FullName ?? path;
        if (ExerciseFor(parsed.GetValue(ExerciseId), path, out var problem) is not { } exercise)
            return await RefuseAsync(context, problem);
        var request = new GradeRequest(path, exercise, formats)
        {
            Output = parsed.GetValue(Output),
            Out = parsed.GetValue(Out),
            Jobs = Math.Clamp(parsed.GetValue(Jobs), 1, 64),
            Isolation = parsed.GetValue(IsolationLevel)!,
            Seed = parsed.GetValue(Seed),
            FailUnder = parsed.GetValue(FailUnder),
            Rubric = parsed.GetValue(RubricPath),
            TrustsCode = parsed.GetValue(Trust),
        };
        return await new GradeRun(request, context).RunAsync(cancellationToken);
    }

    /// <summary>By name, or by the name of a folder on the way to the submission.</summary>
    private static Exercise? ExerciseFor(string? id, string path, out string problem)
    {
        var names = Exercise.All.Select(exercise => exercise.Id).ToArray();
        var wanted = id ?? path.Split(Path.DirectorySeparatorChar).LastOrDefault(part => names.Contains(part));
        problem = wanted is null
            ? $"say what was asked with --exercise; there are {string.Join(", ", names)}"
            : $"there is no exercise '{wanted}'{(Spelling.Nearest(wanted, names) is { } near ? $"; did you mean {near}?" : $"; there are {string.Join(", ", names)}")}";
        return Exercise.All.FirstOrDefault(exercise => exercise.Id == wanted);
    }

    private static async Task<int> RefuseAsync(CliContext context, string reason)
    {
        await context.ComplainAsync(reason);
        return ExitCode.Unusable;
    }

    private static Option<string> Levels()
    {
        var option = new Option<string>("--isolation") { Description = "How strongly the code is kept in.", HelpName = "strong|weak|auto", DefaultValueFactory = _ => "auto" };
        option.AcceptOnlyFromAmong("strong", "weak", "auto");
        return option;
    }
}
