using System.Collections.Concurrent;
using System.Text.Json;
using Assay.Exercises;
using Assay.Grading;
using Assay.Grading.Batch;
using Assay.Grading.Jail;
using Assay.Grading.Report;
using Assay.Grading.Score;

namespace Assay.Cli.Grading;

/// <summary>Grades the submissions of stored records again, or compares two gradings, and says who moves.</summary>
internal sealed class RegradeRun(RegradeRequest request, CliContext context)
{
    /// <summary>Runs.</summary>
    /// <returns>0 when nobody moves, 1 when somebody does, 2 for use or environment.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            var before = Records(request.Results);
            var after = request.Against is { } other ? Records(other) : await AgainAsync(before, cancellationToken);
            if (request.Against is not null && before.Concat(after).Select(grade => grade.Exercise.Id).Distinct().ToArray() is [var one, var two, ..])
                throw new UnusableException($"the records are of {one} and of {two}: only gradings of one exercise can be compared");
            var moves = GradeMove.Between(before, after);
            await context.Output.WriteAsync(request.Format switch { "json" => MoveReport.Json(moves), "csv" => MoveReport.Csv(moves), _ => MoveReport.Text(moves) });
            if (request.Against is null && after.Any(grade => grade.Outcome == GradeOutcome.NotRun))
                return ExitCode.Unusable;
            return moves.Any(move => move.Moves) ? ExitCode.Findings : ExitCode.Clean;
        }
        catch (Exception e) when (e is UnusableException or JailUnavailableException)
        {
            await context.ComplainAsync(e.Message);
            return ExitCode.Unusable;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            await context.ComplainAsync($"the records cannot be graded again: {e.Message}");
            return ExitCode.Unusable;
        }
    }

    /// <summary>Reads a record or a folder of them; other formats' files are passed over, a broken record is not.</summary>
    private GradeRecord[] Records(string given)
    {
        var path = Path.GetFullPath(given, context.Environment.Folder);
        if (!Path.Exists(path))
            throw new UnusableException($"there is nothing at {given}");
        var files = File.Exists(path) ? [path] : Directory.GetFiles(path, "*.json").Order(StringComparer.Ordinal).ToArray();
        GradeRecord[] records = [.. files.Select(Record).OfType<GradeRecord>()];
        if (records.Length == 0)
            throw new UnusableException($"there is no record of assay.result/1 in {given}; write them with 'assay grade PATH --out {given}'");
        return records.GroupBy(record => record.Submission.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? throw new UnusableException($"{given} has two records of {twice.Key}")
            : records;
    }

    private static GradeRecord? Record(string file)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(file));
            var isRecord = document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("schema", out var schema) && schema.ToString() == "assay.result/1";
            return isRecord ? JsonGradeWriter.Read(document.RootElement) : null;
        }
        catch (JsonException e)
        {
            throw new UnusableException($"{Path.GetFileName(file)} is no whole record: {e.Message.ReplaceLineEndings(" ")}");
        }
    }

    private async Task<GradeRecord[]> AgainAsync(GradeRecord[] before, CancellationToken cancellationToken)
    {
        var exercise = before.Select(grade => grade.Exercise.Id).Distinct().ToArray() is [var id]
            ? Exercise.All.FirstOrDefault(one => one.Id == id) ?? throw new UnusableException($"there is no exercise '{id}' any more")
            : throw new UnusableException("the records are of several exercises: keep them in a folder each");
        var rubric = await RubricSource.ReadAsync(request.Rubric, exercise, context, cancellationToken);
        var folder = request.Out is { } given ? new ReportFolder(Path.GetFullPath(given, context.Environment.Folder), before.Select(grade => grade.Submission.Name), ["html"]) : null;
        var after = request.Rescores ? [.. before.Select(grade => Rescoring.Of(grade, rubric))] : await GradedAsync(before, exercise, rubric, cancellationToken);
        foreach (var grade in after)
            folder?.Save(grade);
        folder?.SaveIndex(after, exercise);
        return after;
    }

    private async Task<GradeRecord[]> GradedAsync(GradeRecord[] before, Exercise exercise, Rubric rubric, CancellationToken cancellationToken)
    {
        // With another seed a submission could move by chance.
        if (before.Select(grade => grade.Seed).Distinct().ToArray() is not [var seed])
            throw new UnusableException("the records were made with several seeds: keep them in a folder each");
        Leftovers.Sweep(context.Environment.Clock);
        using var launcher = Isolation.Choose(request.Isolation, new JailLimits());
        if (launcher.Isolation.Level == "weak" && before.Length > 1 && !request.TrustsCode)
            throw new UnusableException("the isolation on this machine is weak ('assay doctor' says why): for many submissions add --i-trust-the-code if you do");
        var after = new ConcurrentDictionary<string, GradeRecord>(StringComparer.Ordinal);
        var progress = new BatchProgress(context, before.Length);
        try
        {
            await Workers.RunAsync(before, request.Jobs, () => new Grader(exercise, rubric, launcher, seed), (grade, grader) =>
            {
                var again = grader.Regrade(grade, cancellationToken);
                after[grade.Submission.Name] = again;
                progress.Done(again, isKept: false);
            }, cancellationToken);
        }
        finally
        {
            progress.Clear();
        }

        return [.. before.Select(grade => after[grade.Submission.Name])];
    }
}
