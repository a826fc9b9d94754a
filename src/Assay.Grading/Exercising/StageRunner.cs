using System.Security.Cryptography;
using System.Text;
using Assay.Exercises;
using Assay.Grading.Jail;
using Assay.Jail.Protocol;

namespace Assay.Grading.Exercising;

/// <summary>
/// Runs the stages of an exercise against a submission's assembly: a fresh world a check, judged here. A jail serves the next stage as well while everything in it has passed and little is left
/// behind. A jail that ends takes its check with it and no other: the rest go on in a new one, a few times.
/// <para>
/// A stage that begins anew, the concurrent one, is run before all others, so that nothing of the submission has run in its process and the others may still follow in it. No stage can
/// do more for or against the next than a check for or against the next one: whatever runs inside is the candidate's own code, of the woven copy or the plain one, which gives answers;
/// what they are worth is known on this side alone. What a stage leaves behind costs at most the candidate, and who failed a check or used more than a little leaves nothing, because the
/// next stage then has a new process. Checks that turn out to want another one are skipped afterwards, as if their stage had come in its turn.
/// </para>
/// </summary>
/// <param name="launcher">Starts jails.</param>
/// <param name="exercise">What is asked.</param>
/// <param name="seed">Decides everything random, with the submission.</param>
/// <param name="woven">The submission's woven copy, for exploration; null for none.</param>
/// <param name="submission">The hash of its files: what is drawn for it is drawn for no other, so nobody can have learnt it by heart.</param>
public sealed class StageRunner(JailLauncher launcher, Exercises.Exercise exercise, int seed, WovenSubmission? woven = null, string submission = "")
{
    private const int JailsInStage = 4;
    private const int StartsWhenOurs = 3;

    private readonly Dictionary<string, CheckRecord> _done = [];
    private TimeSpan _cpu;
    private JailSession? _kept;

    /// <summary>Runs every check.</summary>
    /// <param name="assembly">The candidate's assembly.</param>
    /// <param name="cancellationToken">Ends the run between two checks.</param>
    /// <returns>The checks in the order of stages, and the processor time of the jails as far as the kernel counts it.</returns>
    public (IReadOnlyList<CheckRecord> Checks, TimeSpan Cpu) Run(byte[] assembly, CancellationToken cancellationToken)
    {
        var runs = exercise.Stages.Select(stage => new StageRun(stage)).ToList();
        try
        {
            foreach (var run in runs.Where(run => run.Stage.BeginsAnew))
            {
                EndKept();
                // Once: who ends his process here waits for his turn, where he may be skipped.
                RunInJail(run, assembly, cancellationToken);
            }

            foreach (var run in runs)
                RunToEnd(run, assembly, cancellationToken);
        }
        finally
        {
            EndKept();
        }

        return (runs.SelectMany(run => run.Records).ToList(), _cpu);
    }

    /// <summary>Runs one schedule of one of a check's programs again.</summary>
    /// <param name="check">The check.</param>
    /// <param name="assembly">The candidate's assembly.</param>
    /// <param name="number">Which of the programs that the check explores.</param>
    /// <param name="schedule">The schedule.</param>
    /// <returns>What it came to.</returns>
    /// <exception cref="InvalidDataException">There is no such program, or it cannot be run.</exception>
    public (ExploredProgram Program, ExploredReplay Replay) Replay(Check check, byte[] assembly, int number, string schedule)
    {
        using var session = Open(assembly, out var refused) ?? throw new InvalidDataException(refused!.What);
        session.Reset();
        using var subject = new ReplayingSubject(new JailedSubject(session, exercise.ConstructorParameters, woven), number, schedule);
        try
        {
            subject.Run(check, SeedOf(check));
        }
        catch (Exception e) when (e is JailEndedException or JailRefusedException or SubjectThrewException or ProtocolException)
        {
            throw new InvalidDataException($"the schedule cannot be followed: {Causes.Of(e, check.Sentence).What}", e);
        }

        return subject is { Program: { } program, Replayed: { } replay }
            ? (program, replay)
            : throw new InvalidDataException(subject.Program is null ? $"the check explores no program {number}" : $"the code cannot be explored{(woven?.WhyNot is { } why ? ": " + why : "")}");
    }

    private void RunToEnd(StageRun run, byte[] assembly, CancellationToken cancellationToken)
    {
        SkipWhatCameTooEarly(run);
        if (run.Stage.BeginsAnew && run.Left.Count > 0)
            EndKept();
        while (run.Left.Count > 0 && run.Jails < JailsInStage)
            RunInJail(run, assembly, cancellationToken);
        while (run.Left.TryDequeue(out var check))
            run.Records.Add(Record(run.Stage, check, CheckOutcome.NotRun, run.Last! with { What = $"the stage was given up after {JailsInStage} ends of its process: {run.Last.What}" }));
    }

    // Its turn has come, and what its checks want is known now.
    private void SkipWhatCameTooEarly(StageRun run)
    {
        for (var i = 0; i < run.Records.Count; i++)
        {
            var check = run.Stage.Checks.First(check => check.Id == run.Records[i].Id);
            // What was never begun, because loading failed, has that reason whatever else it wants.
            if (run.Begun.Contains(check.Id) && Missing(check) is { } missing)
                _done[check.Id] = run.Records[i] = Record(run.Stage, check, CheckOutcome.NotRun, missing);
        }
    }

    /// <summary>Runs checks of a stage that are left until none is or the jail has ended.</summary>
    private void RunInJail(StageRun run, byte[] assembly, CancellationToken cancellationToken)
    {
        run.Jails++;
        CauseRecord? refused = null;
        _kept ??= Open(assembly, out refused);
        var (session, allPassed) = (_kept, true);
        while (refused is null && run.Left.TryPeek(out var check))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var record = Missing(check) is { } missing ? Record(run.Stage, check, CheckOutcome.NotRun, missing) : RunCheck(run, check, session!);
            run.Left.Dequeue();
            Keep(run, record);
            allPassed &= record.Outcome == CheckOutcome.Passed;
            if (session!.Process.End is not null)
                refused = record.Cause;
        }

        if (!allPassed || session?.Process.IsLittleUsed != true)
            EndKept();
        // Loading itself failed: what it did to the first check it does to all.
        if (refused is not null && session is null && run.Left.TryDequeue(out var first))
            Keep(run, Record(run.Stage, first, refused.CostsPoints ? CheckOutcome.Failed : CheckOutcome.NotRun, refused));
        run.Last = refused;
    }

    private void EndKept()
    {
        _cpu += _kept?.Process.Cpu ?? TimeSpan.Zero;
        _kept?.Dispose();
        _kept = null;
    }

    private JailSession? Open(byte[] assembly, out CauseRecord? refused)
    {
        for (var starts = 1; ; starts++)
        {
            JailSession? session = null;
            try
            {
                session = new JailSession(launcher);
                session.Load(exercise.Contract, assembly);
                refused = null;
                return session;
            }
            catch (Exception e) when (e is JailEndedException or JailUnavailableException or JailRefusedException or SubjectThrewException)
            {
                session?.Dispose();
                refused = Causes.Of(e, "loading the submission");
                if (refused.CostsPoints || starts == StartsWhenOurs)
                    return null;
            }
        }
    }

    private CheckRecord RunCheck(StageRun run, Check check, JailSession session)
    {
        var stage = run.Stage;
        Trial? trial = null;
        var hadRefused = session.Process.TasksExceeded;
        run.Begun.Add(check.Id);
        try
        {
            session.Reset();
            session.Process.Checker = Thread.CurrentThread;
            using var subject = new JailedSubject(session, exercise.ConstructorParameters, woven);
            check.Run(trial = new Trial(subject, SeedOf(check)));
            return Record(stage, check, CheckOutcome.Passed, null) with { Notes = trial.Notes };
        }
        // A check fails in as many ways as the candidate's code can; none of them may stop the grading.
        catch (Exception e)
        {
            var cause = Causes.Of(e is AggregateException { InnerException: { } inner } ? inner : e, check.Sentence);
            // The runtime calls a refused thread a want of memory, and the submission may call it what it likes.
            if (cause is { CostsPoints: true, Verdict: not "TAMPER" } && (cause.Verdict == "MLE" || !hadRefused) && session.Process.TasksExceeded)
                cause = Causes.OfTasks(session.Process.Limits, cause);
            if (e is ProtocolException)
                session.Process.Dispose();
            return Record(stage, check, cause.CostsPoints ? CheckOutcome.Failed : CheckOutcome.NotRun, cause with { Help = check.Help.Length > 0 ? check.Help : null }) with { Notes = trial?.Notes ?? [] };
        }
        finally
        {
            session.Process.Checker = null;
        }
    }

    private CauseRecord? Missing(Check check)
    {
        foreach (var required in check.Requires)
        {
            if (_done.TryGetValue(required, out var earlier) && earlier.Outcome != CheckOutcome.Passed)
                return new CauseRecord { Verdict = "SKIPPED", What = $"needs: {earlier.Sentence}", CostsPoints = earlier.Cause?.CostsPoints ?? true };
        }

        return null;
    }

    private void Keep(StageRun run, CheckRecord record)
    {
        run.Records.Add(record);
        _done[record.Id] = record;
    }

    private static CheckRecord Record(Stage stage, Check check, CheckOutcome outcome, CauseRecord? cause) =>
        new(check.Id, stage.Number, stage.Title, check.Sentence, check.Category, outcome, check.Points, cause);

    /// <summary>One seed a check, so that neither their order nor their number changes what another one draws.</summary>
    private int SeedOf(Check check)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{exercise.Id}/{check.Id}/{seed}/{submission}")));
        return BitConverter.ToInt32(hash) & int.MaxValue;
    }

    /// <summary>How far a stage is.</summary>
    private sealed class StageRun(Stage stage)
    {
        public Stage Stage => stage;

        /// <summary>The checks to come.</summary>
        public Queue<Check> Left { get; } = new(stage.Checks);

        /// <summary>Those that are over, in order.</summary>
        public List<CheckRecord> Records { get; } = [];

        /// <summary>Those of them in which the submission was called.</summary>
        public HashSet<string> Begun { get; } = new(StringComparer.Ordinal);

        /// <summary>How many jails it was run in.</summary>
        public int Jails { get; set; }

        /// <summary>Why the last of them ended early; null when it did not.</summary>
        public CauseRecord? Last { get; set; }
    }
}
