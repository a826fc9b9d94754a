using Assay.Exercises;
using Assay.Grading.Intake;
using Assay.TestKit;

namespace Assay.Grading.Tests.Batch;

/// <summary>The sample submissions, and records of them that nobody had to grade.</summary>
internal static class Samples
{
    /// <summary>Those to one exercise, by name.</summary>
    public static IReadOnlyList<GradeRecord> Of(string exercise) =>
    [
        .. Directory.GetDirectories(Path.Combine(TestReferences.RepositoryRoot, "samples", "submissions", exercise)).Order(StringComparer.Ordinal)
            .Select(folder => SubmissionReader.Read(folder, new IntakeLimits()))
            .Select(submission => Ungraded(submission.Name, submission.Files)),
    ];

    /// <summary>The exercise of that name.</summary>
    public static Exercise Exercise(string id) => Assay.Exercises.Exercise.All.Single(exercise => exercise.Id == id);

    /// <summary>A record that has files and no more.</summary>
    public static GradeRecord Ungraded(string name, IReadOnlyList<FileRecord> files) => new()
    {
        Submission = new SubmissionRecord(name, new Submission(name, files).Hash),
        Exercise = new ExerciseRecord("rate-limiter", "Rate limiter", new string('1', 64)),
        Score = 50,
        Max = 100,
        Outcome = GradeOutcome.Graded,
        Criteria = [],
        Checks = [],
        Findings = [],
        Files = files,
        Isolation = new IsolationRecord("strong", ["bubblewrap"]),
        Phases = [],
        Seed = 1,
        Toolchain = new ToolchainRecord("0", "0", "0"),
    };
}
