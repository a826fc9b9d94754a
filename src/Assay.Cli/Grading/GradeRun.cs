using System.Collections.Concurrent;
using Assay.Grading;
using Assay.Grading.Intake;
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
        var isBatch = paths is not [var only] || only != request.Path;
        try
        {
            var rubric = await RubricSource.ReadAsync(request.Rubric, request.Exercise, context, cancellationToken);
            if (isBatch && request.Out is null && request.Formats.Any(format => format is not ("text" or "csv")))
                throw new UnusableException("there are several submissions: name a folder for their reports with --out");
            Leftovers.Sweep(context.Environment.Clock);
            using var launcher = Isolation.Choose(request.Isolation, new JailLimits());
            if (launcher.Isolation.Level == "weak" && paths.Count > 1 && !request.TrustsCode)
                throw new UnusableException("the isolation on this machine is weak ('assay doctor' says why): for many submissions add --i-trust-the-code if you do");
            await GradeAllAsync(paths, isBatch, rubric, launcher, cancellationToken);
        }
        catch (OperationCanceledException) when (isBatch && request.Out is not null)
        {
            await context.ComplainAsync($"interrupted; {_grades.Count} of {paths.Count} are graded, and the same command goes on from there");
            throw;
        }
        catch (Exception e) when (e is UnusableException or JailUnavailableException)
        {
            await context.ComplainAsync(e.Message);
            return ExitCode.Unusable;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await context.ComplainAsync($"the report cannot be written: {e.Message}");
            return ExitCode.Unusable;
        }

        if (_grades.Values.Any(grade => grade.Outcome == GradeOutcome.NotRun))
            return ExitCode.Unusable;
        return _grades.Values.Any(grade => grade.Score < request.FailUnder) ? ExitCode.Findings : ExitCode.Clean;
    }

    private async Task GradeAllAsync(IReadOnlyList<string> paths, bool isBatch, Rubric rubric, JailLauncher launcher, CancellationToken cancellationToken)
    {
        var folder = request.Out is { } given
            ? new ReportFolder(Path.GetFullPath(given, context.Environment.Folder), paths.Select(NameOf), isBatch ? [.. request.Formats, "html"] : request.Formats)
            : null;
        var progress = isBatch ? new BatchProgress(context, paths.Count) : null;
        try
        {
            // Each worker has a compiler of its own, and each report is on the disk before the next submission begins: a run that is stopped goes on from there.
            await Workers.RunAsync(paths, request.Jobs, () => new Grader(request.Exercise, rubric, launcher, request.Seed), (path, grader) =>
            {
                var known = Known(folder, path, grader);
                _grades[path] = known ?? grader.Grade(path, cancellationToken);
                folder?.Save(_grades[path]);
                progress?.Done(_grades[path], known is not null);
            }, cancellationToken);
        }
        finally
        {
            progress?.Clear();
        }

        GradeRecord[] grades = [.. paths.Select(path => _grades[path])];
        if (isBatch)
            folder?.SaveIndex(grades, request.Exercise);
        await TellAsync(grades, isBatch, progress?.Kept ?? 0, cancellationToken);
    }

    /// <summary>The grade of an earlier run, when nothing that decides it has changed.</summary>
    private GradeRecord? Known(ReportFolder? folder, string path, Grader grader)
    {
        if (folder?.Known(NameOf(path)) is not { } known || known.Exercise != grader.Exercise || known.Seed != request.Seed || known.Toolchain != Grader.Toolchain)
            return null;
        try
        {
            // A fault of ours is no grade, and what could not be read has no hash to compare.
            return known.Outcome != GradeOutcome.NotRun && known.Submission.Hash == SubmissionReader.Read(path, new IntakeLimits()).Hash ? known : null;
        }
        catch (RejectedException)
        {
            return null;
        }
    }

    private async Task TellAsync(GradeRecord[] grades, bool isBatch, int kept, CancellationToken cancellationToken)
    {
        var formats = request.Formats.Where(format => format != "text").ToArray();
        if (request.Out is null && formats.Length > 0)
        {
            var text = isBatch ? CsvGradeWriter.Table(grades) : string.Concat(GradeWriter.All.Where(writer => formats.Contains(writer.Format)).Select(writer => writer.Write(grades[0])));
            if (request.Output is { } file)
                await File.WriteAllTextAsync(Path.GetFullPath(file, context.Environment.Folder), text, cancellationToken);
            else
                await context.Output.WriteAsync(text);
        }

        if (request.Out is { } folder && isBatch)
            await context.Output.WriteAsync(GradeSummary.Short(grades, kept, Path.Combine(folder, "index.html")));
        else if (formats.Length == 0 || request.Out is not null || request.Formats.Contains("text"))
            await context.Output.WriteAsync(GradeSummary.Of(grades));
    }

    private static string NameOf(string path) => Path.GetFileName(Path.TrimEndingDirectorySeparator(path));
}
