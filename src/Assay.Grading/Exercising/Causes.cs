using Assay.Exercises;
using Assay.Grading.Jail;
using Assay.Jail.Protocol;

namespace Assay.Grading.Exercising;

/// <summary>From what a check ended in to a cause that a candidate can read. One place says which of them cost points.</summary>
internal static class Causes
{
    /// <summary>The cause.</summary>
    /// <param name="ended">What the check ended in.</param>
    /// <param name="what">What was being looked at.</param>
    public static CauseRecord Of(Exception ended, string what) => ended switch
    {
        CheckFailedException failed => new CauseRecord
        {
            Verdict = "WA", What = failed.What, Expected = failed.Expected, Actual = failed.Actual, Timeline = failed.Timeline,
            Calls = [.. failed.Calls.Select(call => new CallRecord(call.Lane, call.Asked, call.Answered, call.Began, call.Ended))],
            Race = failed.Race is { } race ? RaceOf(race) : null,
        },
        UndecidedException undecided => new CauseRecord { Verdict = "UNDECIDED", What = undecided.Message, CostsPoints = false },
        SubjectThrewException thrown => new CauseRecord
        {
            Verdict = thrown.Is(typeof(OutOfMemoryException)) ? "MLE" : "RTE", What = what, Expected = "no exception", Actual = thrown.Message,
        },
        JailEndedException { End: var end } => new CauseRecord
        {
            Verdict = end.Verdict, What = end.Reason, CostsPoints = !end.IsOurs,
        },
        JailRefusedException refused => new CauseRecord { Verdict = "CONTRACT", What = refused.Message },
        JailUnavailableException unavailable => new CauseRecord { Verdict = "INFRA", What = unavailable.Message, CostsPoints = false },
        // Bytes that are no answer come from the process in which the candidate's code runs.
        ProtocolException or EndOfStreamException => new CauseRecord { Verdict = "TAMPER", What = ended.Message },
        // The check itself is wrong: ours.
        _ => new CauseRecord { Verdict = "INFRA", What = $"the check failed to run: {ended.GetType().Name}: {ended.Message}", CostsPoints = false },
    };

    /// <summary>The cause of a check that failed when the kernel refused a thread or a process.</summary>
    /// <param name="limits">How many it may have.</param>
    /// <param name="told">What came of it.</param>
    public static CauseRecord OfTasks(JailLimits limits, CauseRecord told)
    {
        var end = JailEnd.OfTasks(limits);
        return new CauseRecord { Verdict = end.Verdict, What = told.Actual is null || told.Verdict == end.Verdict ? end.Reason : $"{end.Reason}; then: {told.Actual}" };
    }

    private static RaceRecord RaceOf(ExploredRace race) => new(
        race.Number, race.Program, race.Schedule, race.Schedules, race.Outcome,
        [.. race.Steps.Select(step => new RaceStepRecord(step.Lane, step.Name, step.File, step.Line, step.Does, step.Object, step.Value, step.Holds, step.Waits))]);
}
