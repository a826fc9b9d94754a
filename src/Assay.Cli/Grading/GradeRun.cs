using System.Collections.Concurrent;
using System.Text.Json;
using Assay.Grading;
using Assay.Grading.Jail;
using Assay.Grading.Report;
using Assay.Grading.Score;

namespace Assay.Cli.Grading;

/// <summary>Grades one submission or many, writes the reports, and says how it went. A bad submission never stops the rest.</summary>
internal sealed class GradeRun(GradeRequest request, CliContext context)
{
    private readonly ConcurrentDictionary<string, GradeRecord> _grades = new(StringComparer.Ordinal);

    /// <summary>Runs.</summary>
    /// <returns>0 when everything was graded, 1 below --fail-under, 2 for use or environment.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var paths = SubmissionFinder.Find(request.Path);
        if (await ReadRubricAsync(cancellationToken) is not { } rubric)
            return ExitCode.Unusable;
        if (paths.Count > 1 && (request.Output is not null || (request.Out is null && request.Formats.Any(format => format != "text"))))
            return await RefuseAsync("there are several submissions: name a folder for their reports with --out");
        try
        {
            using var launcher = Isolation.Choose(request.Isolation, new JailLimits());
            if (launcher.Isolation.Level == "weak" && paths.Count > 1 && !request.TrustsCode)
                return await RefuseAsync("the isolation on this machine is weak ('assay doctor' says why): for many submissions add --i-trust-the-code if you do");
            if (request.Out is { } folder)
                Directory.CreateDirectory(Path.GetFullPath(folder, context.Environment.Folder));
            await GradeAllAsync(paths, rubric, launcher, cancellationToken);
            await WriteAsync(paths, cancellationToken);
        }
        catch (JailUnavailableException unavailable)
        {
            return await RefuseAsync(unavailable.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return await RefuseAsync($"the report cannot be written: {e.Message}");
        }

        if (_grades.Values.Any(grade => grade.Outcome == GradeOutcome.NotRun))
            return ExitCode.Unusable;
        return _grades.Values.Any(grade => grade.Score < request.FailUnder) ? ExitCode.Findings : ExitCode.Clean;
    }

    private async Task<Rubric?> ReadRubricAsync(CancellationToken cancellationToken)
    {
        if (request.Rubric is not { } file)
            return Rubric.Of(request.Exercise);
        try
        {
            var (rubric, faults) = RubricFile.Read(await File.ReadAllTextAsync(Path.GetFullPath(file, context.Environment.Folder), cancellationToken));
            foreach (var fault in faults)
                await context.ComplainAsync($"{file}, {fault}");
            if (rubric is not null && rubric.Exercise != request.Exercise.Id)
                await context.ComplainAsync($"{file} is for the exercise {rubric.Exercise}, not {request.Exercise.Id}");
            return rubric?.Exercise == request.Exercise.Id ? rubric : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await context.ComplainAsync($"{file} cannot be read: {e.Message}");
            return null;
        }
    }

    /// <summary>Each worker has a compiler of its own and takes the next submission when it is free.</summary>
    private async Task GradeAllAsync(IReadOnlyList<string> paths, Rubric rubric, JailLauncher launcher, CancellationToken cancellationToken)
    {
        var left = new ConcurrentQueue<string>(paths);
        var workers = Enumerable.Range(0, Math.Min(request.Jobs, paths.Count)).Select(_ => Task.Factory.StartNew(
            () =>
            {
                using var grader = new Grader(request.Exercise, rubric, launcher, request.Seed);
                while (left.TryDequeue(out var path))
                    _grades[path] = Known(path, grader) ?? grader.Grade(path, cancellationToken);
            },
            cancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default));
        await Task.WhenAll(workers);
    }

    /// <summary>The grade of an earlier run, when nothing that decides it has changed.</summary>
    private GradeRecord? Known(string path, Grader grader)
    {
        if (request.Out is not { } folder || !File.Exists(ReportPath(folder, path, ".json")))
            return null;
        try
        {
            var known = JsonGradeWriter.Read(File.ReadAllText(ReportPath(folder, path, ".json")));
            var now = Assay.Grading.Intake.SubmissionReader.Read(path, new Assay.Grading.Intake.IntakeLimits());
            return known.Submission.Hash == now.Hash && known.Exercise == grader.Exercise && known.Seed == request.Seed && known.Toolchain == Grader.Toolchain &&
                known.Outcome != GradeOutcome.NotRun ? known : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or Assay.Grading.Intake.RejectedException)
        {
            // An unreadable report is as good as none: it is written anew.
            return null;
        }
    }

    private async Task WriteAsync(IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        var formats = request.Formats.Where(format => format != "text").ToList();
        if (request.Out is { } folder)
        {
            // The native report is what a later run goes on from.
            if (!formats.Contains("json"))
                formats.Add("json");
            foreach (var path in paths)
            {
                foreach (var writer in Writers(formats))
                    await File.WriteAllTextAsync(ReportPath(folder, path, writer.Ending), writer.Write(_grades[path]), cancellationToken);
            }
        }
        else if (formats.Count > 0)
        {
            var text = string.Concat(Writers(formats).Select(writer => writer.Write(_grades[paths[0]])));
            if (request.Output is { } file)
                await File.WriteAllTextAsync(Path.GetFullPath(file, context.Environment.Folder), text, cancellationToken);
            else
                await context.Output.WriteAsync(text);
        }

        if (formats.Count == 0 || request.Out is not null || request.Formats.Contains("text"))
            await context.Output.WriteAsync(GradeSummary.Of([.. paths.Select(path => _grades[path])]));
    }

    private static IEnumerable<GradeWriter> Writers(IReadOnlyList<string> formats) => GradeWriter.All.Where(writer => formats.Contains(writer.Format));

    private string ReportPath(string folder, string submission, string ending) =>
        Path.Combine(Path.GetFullPath(folder, context.Environment.Folder), Path.GetFileName(Path.TrimEndingDirectorySeparator(submission)) + ending);

    private async Task<int> RefuseAsync(string reason)
    {
        await context.ComplainAsync(reason);
        return ExitCode.Unusable;
    }
}
