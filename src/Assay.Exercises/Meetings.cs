using Assay.Verify;

namespace Assay.Exercises;

/// <summary>
/// Repeats concurrent programs until their lanes have met often. Threads that start together may still run one after the other when the machine is busy;
/// how often calls overlapped is in the history, so the number of repetitions follows from it and not from a clock.
/// </summary>
internal static class Meetings
{
    /// <summary>Runs programs until enough calls overlapped a call of another lane, or the most runs are made.</summary>
    /// <param name="wanted">Enough.</param>
    /// <param name="mostRuns">The bound: a machine with one free processor may never have enough.</param>
    /// <param name="run">Runs one program, checks its history and gives it back.</param>
    public static void Repeat(int wanted, int mostRuns, Func<int, History<Call, Answer>> run)
    {
        for (var (met, number) = (0, 0); met < wanted && number < mostRuns; number++)
            met += CountOf(run(number));
    }

    /// <summary>Runs programs in step until enough steps met, or the most runs are made.</summary>
    /// <param name="subject">Who runs them.</param>
    /// <param name="wanted">Enough.</param>
    /// <param name="mostRuns">The bound.</param>
    /// <param name="run">Runs one program in step and checks what came of it.</param>
    public static void InStep(ISubject subject, int wanted, int mostRuns, Action<int> run)
    {
        for (var (met, number) = (0L, 0); met < wanted && number < mostRuns; number++)
        {
            run(number);
            met += Math.Max(0, subject.StepsMet);
        }
    }

    private static int CountOf(History<Call, Answer> history)
    {
        var (met, last) = (0, (Operation<Call, Answer>?)null);
        foreach (var operation in history.Operations)
        {
            if (last is not null && last.Lane != operation.Lane && last.Returned > operation.Invoked)
                met++;
            // The one that lasts longest is what the next may overlap.
            if (last is null || operation.Returned > last.Returned)
                last = operation;
        }

        return met;
    }
}
