using System.CommandLine;
using System.Text.Json;
using Assay.Cli.Grading;
using Assay.Cli.Rules;
using Assay.Exercises;
using Assay.Grading;
using Assay.Grading.Jail;
using Assay.Grading.Report;
using Assay.Grading.Score;

namespace Assay.Cli.Commands;

/// <summary>`assay replay`: runs the stored schedule of a failed concurrency check again.</summary>
internal static class ReplayCommand
{
    private static readonly Argument<string> Named = new("REPORT#ID") { Description = "A record written by 'assay grade --format json', and the check that failed in it; the check may be left out when only one stores a schedule." };
    private static readonly Option<string> IsolationLevel = new("--isolation") { Description = "How strongly the code is kept in.", HelpName = "auto|strong|weak", DefaultValueFactory = _ => "auto" };

    static ReplayCommand() => IsolationLevel.AcceptOnlyFromAmong("auto", "strong", "weak");

    public static Command Create(CliContext context)
    {
        var command = new Command("replay", "Runs the schedule that a report stores for a failed concurrency check again, and draws it over the lines of the submission.") { Named, IsolationLevel };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(Named)!, parsed.GetValue(IsolationLevel)!, context, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string named, string isolation, CliContext context, CancellationToken cancellationToken)
    {
        try
        {
            var (path, id) = Split(named);
            var record = await ReadAsync(Path.GetFullPath(path, context.Environment.Folder), path, cancellationToken);
            var (check, race) = Find(record, path, id);
            var exercise = Exercise.All.FirstOrDefault(one => one.Id == record.Exercise.Id) ?? throw new UnusableException($"there is no exercise '{record.Exercise.Id}' any more");
            Leftovers.Sweep(context.Environment.Clock);
            using var launcher = Isolation.Choose(isolation, new JailLimits());
            using var grader = new Grader(exercise, Rubric.Of(exercise), launcher, record.Seed);
            var replay = grader.Replay(record, race, check.Id);
            await context.Output.WriteAsync($"{check.Id}: {check.Sentence}\n\n{replay.Timeline}\n\n{replay.Outcome}\n\n");
            var isSame = replay.Outcome == race.Outcome;
            await context.Output.WriteAsync(isSame ? "The same outcome as in the report.\n" : $"Another outcome than in the report, which says:\n{race.Outcome}\n");
            return isSame ? ExitCode.Clean : ExitCode.Findings;
        }
        catch (Exception e) when (e is UnusableException or JailUnavailableException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            await context.ComplainAsync(e.Message);
            return ExitCode.Unusable;
        }
    }

    // A file's name may have the sign too; a check's ID has none.
    private static (string Path, string? Id) Split(string named) =>
        named.LastIndexOf('#') is > 0 and var at ? (named[..at], named[(at + 1)..]) : (named, null);

    private static async Task<GradeRecord> ReadAsync(string path, string given, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
            throw new UnusableException($"there is no report {given}; name a record of 'assay grade --format json', then # and the check");
        try
        {
            var record = JsonGradeWriter.Read(await File.ReadAllTextAsync(path, cancellationToken));
            return record.Schema == "assay.result/1" ? record : throw new UnusableException($"{given} is no record of assay.result/1");
        }
        catch (JsonException e)
        {
            throw new UnusableException($"{given} is no whole record of assay.result/1: {e.Message.ReplaceLineEndings(" ")}");
        }
    }

    private static (CheckRecord Check, RaceRecord Race) Find(GradeRecord record, string given, string? id)
    {
        var races = record.Checks.Where(check => check.Cause?.Race is not null).ToList();
        if (races.Count == 0)
            throw new UnusableException($"{given} stores no schedule: no check failed by exploration");
        if (id is null)
        {
            return races is [var only]
                ? (only, only.Cause!.Race!)
                : throw new UnusableException($"{given} stores schedules of {races.Count} checks, say which: {string.Join(", ", races.Select(check => $"#{check.Id}"))}");
        }

        if (races.FirstOrDefault(check => check.Id == id) is { } found)
            return (found, found.Cause!.Race!);
        var near = Spelling.Nearest(id, [.. races.Select(check => check.Id)]);
        throw new UnusableException(record.Checks.Any(check => check.Id == id)
            ? $"{given} stores no schedule of {id}: it did not fail by exploration; there are {string.Join(", ", races.Select(check => check.Id))}"
            : $"{given} has no check '{id}'; {(near is null ? $"there are {string.Join(", ", races.Select(check => check.Id))}" : $"did you mean {near}?")}");
    }
}
