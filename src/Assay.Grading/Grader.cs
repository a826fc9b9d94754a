using System.Diagnostics;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Assay.Compiler.Protocol;
using Assay.Grading.Compile;
using Assay.Grading.Exercising;
using Assay.Grading.Intake;
using Assay.Grading.Jail;
using Assay.Grading.Score;
using Assay.Grading.Vet;

namespace Assay.Grading;

/// <summary>
/// Grades submissions one after the other: Intake, Vet, Compile, Analyze, Exercise, Score. One grader is one worker's; several may share a launcher.
/// </summary>
public sealed class Grader : IDisposable
{
    private readonly Exercises.Exercise _exercise;
    private readonly Rubric _rubric;
    private readonly JailLauncher _launcher;
    private readonly JailLauncher _compilerLauncher;
    private readonly SubmissionCompiler _compiler;
    private readonly int _seed;
    private readonly ExerciseRecord _exerciseRecord;

    /// <summary>A grader for one exercise.</summary>
    /// <param name="exercise">What is asked.</param>
    /// <param name="rubric">How evidence becomes points.</param>
    /// <param name="launcher">Starts jails; stays the caller's.</param>
    /// <param name="seed">Decides everything random, with the files of the submission.</param>
    public Grader(Exercises.Exercise exercise, Rubric rubric, JailLauncher launcher, int seed)
    {
        _exercise = exercise;
        _rubric = rubric;
        _launcher = launcher;
        _seed = seed;
        _compilerLauncher = Isolation.ForCompiler(launcher, SubmissionCompiler.Limits);
        _compiler = new SubmissionCompiler(_compilerLauncher, exercise);
        _exerciseRecord = new ExerciseRecord(exercise.Id, exercise.Title, HashOf(exercise, rubric));
    }

    /// <summary>The versions that may change a grade.</summary>
    public static ToolchainRecord Toolchain { get; } = new(
        VersionOf(typeof(Grader).Assembly),
        VersionOf(typeof(Microsoft.CodeAnalysis.CSharp.CSharpCompilation).Assembly),
        Environment.Version.ToString());

    /// <summary>What a record of this grader says it was graded by.</summary>
    public ExerciseRecord Exercise => _exerciseRecord;

    /// <summary>Grades what lies at a path. Whatever is wrong with it is a grade; only cancellation is thrown.</summary>
    public GradeRecord Grade(string path, CancellationToken cancellationToken = default)
    {
        var unread = new Submission(Path.GetFileName(Path.TrimEndingDirectorySeparator(path)), []);
        return Guarded(unread, phases =>
        {
            try
            {
                return Grade(phases.Time("intake", () => SubmissionReader.Read(path, new IntakeLimits())), phases, cancellationToken);
            }
            catch (RejectedException rejected)
            {
                return Ended(unread, GradeOutcome.Rejected, [rejected.Message], phases);
            }
        });
    }

    /// <summary>Grades the files of an earlier record again; one whose files could not be read stays what it was.</summary>
    /// <exception cref="InvalidDataException">The record's files are not those that were graded.</exception>
    public GradeRecord Regrade(GradeRecord earlier, CancellationToken cancellationToken = default)
    {
        var submission = new Submission(earlier.Submission.Name, earlier.Files);
        if (submission.Hash != earlier.Submission.Hash)
            throw new InvalidDataException($"the files in the record of {submission.Name} are not those that were graded: their hash is another");
        return earlier.Outcome == GradeOutcome.Rejected
            ? Ended(submission, GradeOutcome.Rejected, earlier.Remarks, new Phases())
            : Guarded(submission, phases => Grade(submission, phases, cancellationToken));
    }

    /// <summary>Runs the schedule that an earlier record stores for a failed check again, on the record's files.</summary>
    /// <param name="earlier">The record.</param>
    /// <param name="race">The failed check's.</param>
    /// <param name="checkId">The check.</param>
    /// <exception cref="InvalidDataException">The record's files or its exercise are not what they were, or the schedule cannot be run.</exception>
    public ReplayRecord Replay(GradeRecord earlier, RaceRecord race, string checkId)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        ArgumentNullException.ThrowIfNull(race);
        var submission = new Submission(earlier.Submission.Name, earlier.Files);
        if (submission.Hash != earlier.Submission.Hash)
            throw new InvalidDataException($"the files in the record of {submission.Name} are not those that were graded: their hash is another");
        var check = _exercise.Stages.SelectMany(stage => stage.Checks).FirstOrDefault(one => one.Id == checkId) ?? throw new InvalidDataException($"the exercise {_exercise.Id} has no check {checkId}");
        CompileAnswer answer;
        try
        {
            answer = _compiler.Compile(submission);
        }
        catch (CompilerEndedException ended)
        {
            throw new InvalidDataException($"the submission does not compile: {ended.Message}", ended);
        }

        if (answer.Assembly is null)
            throw new InvalidDataException("the submission does not compile any more");
        var runner = new StageRunner(_launcher, _exercise, _seed, Woven(answer), submission.Hash);
        var (program, replay) = runner.Replay(check, answer.Assembly, race.Number, race.Schedule);
        if (program.ToString() != race.Program)
            throw new InvalidDataException("the check explores another program than it did: it was graded by another version of the exercise");
        return new ReplayRecord(Exercises.Exploring.OutcomeText(replay.Outcome), Exercises.RaceTimeline.Print(program, replay.Outcome, Exercises.RaceSteps.Telling(replay.Steps)));
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _compiler.Dispose();
        _compilerLauncher.Dispose();
    }

    /// <summary>A fault of ours is a record too, and costs neither the candidate nor the rest of the batch anything.</summary>
    private GradeRecord Guarded(Submission submission, Func<Phases, GradeRecord> grade)
    {
        var phases = new Phases();
        try
        {
            return grade(phases);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // What the compiler's child is in the middle of is unknown: the next submission gets a new one.
            _compiler.Dispose();
            return Ended(submission, GradeOutcome.NotRun, [$"not graded, the fault is ours: {e.GetType().Name}: {e.Message}"], phases);
        }
    }

    private GradeRecord Grade(Submission submission, Phases phases, CancellationToken cancellationToken)
    {
        if (phases.Time("vet", () => SourceVetting.Refusal(submission)) is { } refusal)
            return Ended(submission, GradeOutcome.NotCompiled, [$"COMPILE-DOS: {refusal}"], phases);
        CompileAnswer answer;
        try
        {
            answer = phases.Time("compile and analyze", () => _compiler.Compile(submission), () => _compiler.Cpu);
        }
        catch (CompilerEndedException ended)
        {
            return Ended(submission, GradeOutcome.NotCompiled, [$"COMPILE-DOS: the compiler was ended, {ended.Message}"], phases);
        }
        catch (JailUnavailableException unavailable)
        {
            return Ended(submission, GradeOutcome.NotRun, [unavailable.Message], phases);
        }

        string[] remarks = [.. SourceVetting.Remarks(submission), .. answer.PassedOver.Select(file => $"{file} has statements outside any type, which were passed over: nothing calls them")];
        if (answer.Assembly is null)
        {
            string[] problems = [.. answer.Problems.Select(problem => $"CONTRACT: {problem}"), .. answer.Errors.Select(Line), .. remarks];
            return Ended(submission, GradeOutcome.NotCompiled, problems, phases, Findings(answer));
        }

        phases.Add("weave, of that", answer.Woven?.WallMilliseconds ?? 0);
        var runner = new StageRunner(_launcher, _exercise, _seed, Woven(answer), submission.Hash);
        var cpu = TimeSpan.Zero;
        var checks = phases.Time("exercise", () =>
        {
            (var records, cpu) = runner.Run(answer.Assembly, cancellationToken);
            return records;
        }, () => cpu);
        return Scored(submission, checks, Findings(answer), remarks, phases);
    }

    private static WovenSubmission? Woven(CompileAnswer answer) => answer.Woven is { } woven ? new WovenSubmission(woven.Assembly, woven.Sites, woven.WhyNot) : null;

    private GradeRecord Scored(Submission submission, IReadOnlyList<CheckRecord> checks, IReadOnlyList<FindingRecord> findings, string[] read, Phases phases)
    {
        var ours = checks.FirstOrDefault(check => check.Cause?.Verdict == "INFRA");
        var forged = checks.FirstOrDefault(check => check.Cause?.Verdict == "TAMPER");
        List<string> remarks = [.. read];
        if (ours is not null)
            remarks.Insert(0, $"not graded, the fault is ours: {ours.Cause!.What}");
        else if (forged is not null)
            remarks.Insert(0, $"the submission forged answers ({forged.Cause!.What}): no points");
        var outcome = ours is not null ? GradeOutcome.NotRun : forged is not null ? GradeOutcome.Tampered : GradeOutcome.Graded;
        return Scorer.Scored(Blank(submission, phases) with { Outcome = outcome, Checks = checks, Findings = findings, Remarks = remarks }, _rubric);
    }

    private GradeRecord Ended(Submission submission, GradeOutcome outcome, IReadOnlyList<string> remarks, Phases phases, IReadOnlyList<FindingRecord>? findings = null)
    {
        var cause = new CauseRecord { Verdict = "SKIPPED", What = remarks[0], CostsPoints = outcome != GradeOutcome.NotRun };
        var checks = _exercise.Stages.SelectMany(stage => stage.Checks.Select(check =>
            new CheckRecord(check.Id, stage.Number, stage.Title, check.Sentence, check.Category, CheckOutcome.NotRun, check.Points, cause))).ToArray();
        return Scorer.Scored(Blank(submission, phases) with { Outcome = outcome, Checks = checks, Findings = findings ?? [], Remarks = remarks }, _rubric);
    }

    private GradeRecord Blank(Submission submission, Phases phases) => new()
    {
        Submission = new SubmissionRecord(submission.Name, submission.Hash),
        Exercise = _exerciseRecord,
        Score = null,
        Max = _rubric.Criteria.Sum(weight => weight.Points),
        Outcome = GradeOutcome.NotRun,
        Criteria = [],
        Checks = [],
        Findings = [],
        Files = submission.Files,
        Isolation = _launcher.Isolation,
        Phases = phases.Records,
        Seed = _seed,
        Toolchain = Toolchain,
    };

    private static FindingRecord[] Findings(CompileAnswer answer) =>
    [
        .. answer.Findings.Select(finding => new FindingRecord(
            finding.Rule, finding.Title, finding.Category, finding.Severity, finding.Message,
            finding.At.Path, finding.At.Line, finding.At.Column, finding.At.EndLine, finding.At.EndColumn,
            [.. finding.Related.Select(place => new PlaceRecord(place.Path, place.Line, place.Column, place.EndLine, place.EndColumn))],
            finding.Suppressed, finding.HelpLink)),
    ];

    private static string Line(CompileError error) => FormattableString.Invariant($"{error.Path}({error.Line},{error.Column}): error {error.Id}: {error.Message}");

    private static string HashOf(Exercises.Exercise exercise, Rubric rubric)
    {
        // The suite is compiled code: its module's ID changes with any line of it.
        var text = string.Join('\n', [exercise.Id, exercise.GetType().Module.ModuleVersionId.ToString(), RubricFile.Write(rubric)]);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    private static string VersionOf(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? assembly.GetName().Version?.ToString() ?? "";
}

/// <summary>What a stored schedule came to when it was run again.</summary>
/// <param name="Outcome">Call by call; equal for equal runs.</param>
/// <param name="Timeline">The steps, drawn.</param>
public sealed record ReplayRecord(string Outcome, string Timeline);
