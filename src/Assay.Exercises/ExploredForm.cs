using Assay.Verify;
using Assay.Verify.Exploration;

namespace Assay.Exercises;

/// <summary>What became of one call of an explored program.</summary>
internal readonly record struct AnsweredCall(int Began, int Ended, Answer Answer);

/// <summary>From what the explorer says to what the checks judge.</summary>
internal static class ExploredForm
{
    public static ExploredEnd End(RunEndKind kind) => kind switch
    {
        RunEndKind.Completed => ExploredEnd.Completed,
        RunEndKind.Failed => ExploredEnd.Crashed,
        RunEndKind.Deadlock => ExploredEnd.Deadlock,
        RunEndKind.Overlap => ExploredEnd.Overlap,
        RunEndKind.Endless => ExploredEnd.Endless,
        _ => ExploredEnd.NotControlled,
    };

    /// <summary>The calls that began, with the lanes they ran in. Began and Ended are checked by the history.</summary>
    public static History<Call, Answer> History(ExploredProgram program, IReadOnlyList<AnsweredCall> answers)
    {
        var operations = new List<Operation<Call, Answer>>();
        var number = 0;
        foreach (var (call, lane) in InOrder(program))
        {
            if (answers[number++] is { Began: > 0 } answered)
                operations.Add(new Operation<Call, Answer>(lane, call, answered.Ended == 0 ? null : answered.Answer, answered.Began, answered.Ended == 0 ? null : answered.Ended));
        }

        return new History<Call, Answer>(operations);
    }

    private static IEnumerable<(Call Call, int Lane)> InOrder(ExploredProgram program) =>
    [
        .. program.Before.Where(moment => moment.Call is not null).Select(moment => (moment.Call!, 0)),
        .. program.Lanes.SelectMany((calls, lane) => calls.Select(call => (call, lane + 1))),
        .. program.After.Select(call => (call, 0)),
    ];
}
