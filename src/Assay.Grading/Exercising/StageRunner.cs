using System.Security.Cryptography;
using System.Text;
using Assay.Exercises;
using Assay.Grading.Jail;
using Assay.Jail.Protocol;

namespace Assay.Grading.Exercising;

/// <summary>
/// Runs the stages of an exercise against a submission's assembly: a fresh world a check, judged here. A jail serves the next stage as well while everything in it has passed and little is left
/// behind; a stage that begins anew has its own. A jail that ends takes its check with it and no other: the rest go on in a new one, a few times.
/// </summary>
/// <param name="launcher">Starts jails.</param>
/// <param name="exercise">What is asked.</param>
/// <param name="seed">Decides everything random.</param>
/// <param name="woven">The submission's woven copy, for exploration; null for none.</param>
public sealed class StageRunner(JailLauncher launcher, Exercises.Exercise exercise, int seed, WovenSubmission? woven = null)
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
        var records = new List<CheckRecord>();
        try
        {
            foreach (var stage in exercise.Stages)
            {
                if (stage.BeginsAnew)
                    EndKept();
                records.AddRange(RunStage(stage, assembly, cancellationToken));
            }
        }
        finally
        {
            EndKept();
        }

        return (records, _cpu);
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

    private List<CheckRecord> RunStage(Stage stage, byte[] assembly, CancellationToken cancellationToken)
    {
        var records = new List<CheckRecord>();
        var left = new Queue<Check>(stage.Checks);
        CauseRecord? last = null;
        for (var jails = 0; left.Count > 0 && jails < JailsInStage; jails++)
            last = RunInJail(stage, left, assembly, records, cancellationToken);
        foreach (var check in left)
            records.Add(Record(stage, check, CheckOutcome.NotRun, last! with { What = $"the stage was given up after {JailsInStage} ends of its process: {last.What}" }));
        return records;
    }

    /// <summary>Runs checks from the queue until it is empty or the jail has ended.</summary>
    /// <returns>Why it ended early; null when it did not.</returns>
    private CauseRecord? RunInJail(Stage stage, Queue<Check> left, byte[] assembly, List<CheckRecord> records, CancellationToken cancellationToken)
    {
        CauseRecord? refused = null;
        _kept ??= Open(assembly, out refused);
        var (session, allPassed) = (_kept, true);
        while (refused is null && left.TryPeek(out var check))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var record = Missing(check) is { } missing ? Record(stage, check, CheckOutcome.NotRun, missing) : RunCheck(stage, check, session!);
            left.Dequeue();
            Keep(records, record);
            allPassed &= record.Outcome == CheckOutcome.Passed;
            if (session!.Process.End is not null)
                refused = record.Cause;
        }

        if (!allPassed || session?.Process.IsLittleUsed != true)
            EndKept();
        // Loading itself failed: what it did to the first check it does to all.
        if (refused is not null && session is null && left.TryDequeue(out var first))
            Keep(records, Record(stage, first, refused.CostsPoints ? CheckOutcome.Failed : CheckOutcome.NotRun, refused));
        return refused;
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

    private CheckRecord RunCheck(Stage stage, Check check, JailSession session)
    {
        Trial? trial = null;
        try
        {
            session.Reset();
            using var subject = new JailedSubject(session, exercise.ConstructorParameters, woven);
            check.Run(trial = new Trial(subject, SeedOf(check)));
            return Record(stage, check, CheckOutcome.Passed, null) with { Notes = trial.Notes };
        }
        // A check fails in as many ways as the candidate's code can; none of them may stop the grading.
        catch (Exception e)
        {
            var cause = Causes.Of(e is AggregateException { InnerException: { } inner } ? inner : e, check.Sentence);
            // The runtime calls a refused thread a want of memory.
            if (cause.Verdict == "MLE" && session.Process.TasksExceeded)
                cause = cause with { Verdict = "PLE" };
            if (e is ProtocolException)
                session.Process.Dispose();
            return Record(stage, check, cause.CostsPoints ? CheckOutcome.Failed : CheckOutcome.NotRun, cause with { Help = check.Help.Length > 0 ? check.Help : null }) with { Notes = trial?.Notes ?? [] };
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

    private void Keep(List<CheckRecord> records, CheckRecord record)
    {
        records.Add(record);
        _done[record.Id] = record;
    }

    private static CheckRecord Record(Stage stage, Check check, CheckOutcome outcome, CauseRecord? cause) =>
        new(check.Id, stage.Number, stage.Title, check.Sentence, check.Category, outcome, check.Points, cause);

    /// <summary>One seed a check, so that neither their order nor their number changes what another one draws.</summary>
    private int SeedOf(Check check)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{exercise.Id}/{check.Id}/{seed}")));
        return BitConverter.ToInt32(hash) & int.MaxValue;
    }
}
