using System.Security.Cryptography;
using System.Text;

namespace Assay.Exercises;

/// <summary>What the checks of one trial explore: programs are counted, so that a report can name one.</summary>
internal sealed class Exploring(Trial trial)
{
    /// <summary>Enough for what two or three calls can do to each other, at a cost that a grade bears.</summary>
    public const int Schedules = 300;

    // A run that has not ended after ten times what others take is stuck in a loop, whatever its length would be.
    private const int StuckAfter = 10;
    private const int MostSteps = 20_000;

    private int _number = -1;

    /// <summary>Why the code cannot be explored; null while it can.</summary>
    public string? NotExplored { get; private set; }

    /// <summary>Runs a check by exploration, and by other means where the code cannot be explored.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="explore">The programs.</param>
    /// <param name="otherwise">Programs for real threads, which meet by chance.</param>
    public static void Run(Trial trial, Action<Trial, Exploring> explore, Action<Trial> otherwise)
    {
        var exploring = new Exploring(trial);
        explore(trial, exploring);
        if (exploring.NotExplored is null)
            return;
        trial.Note($"not explored, but run with real threads: {exploring.NotExplored}");
        otherwise(trial);
    }

    /// <summary>Fails when there is a schedule under which a program does not come out as it must.</summary>
    /// <param name="program">The program.</param>
    /// <param name="judge">Is shown each different outcome in which every call returned, and throws when it is wrong.</param>
    /// <param name="schedules">The most schedules.</param>
    /// <returns>False when the code cannot be explored, see <see cref="NotExplored"/>.</returns>
    public bool Require(ExploredProgram program, Action<ExploredOutcome> judge, int schedules = Schedules)
    {
        _number++;
        if (NotExplored is not null)
            return false;
        var explored = trial.Subject.Explore(program, ScheduleSeed(), schedules);
        NotExplored = explored.NotExplored;
        foreach (var outcome in explored.Outcomes)
        {
            if (outcome.End == ExploredEnd.NotControlled)
            {
                NotExplored ??= outcome.Reason;
                continue;
            }

            if (Failure(outcome, explored, judge) is { } failure)
                throw Shown(program, outcome, failure);
        }

        // Code that computes longer than exploration follows it, or that never ends: other means tell which.
        if (explored is { NotExplored: null, Outcomes.Count: > 0 } && explored.Outcomes.All(outcome => outcome.End != ExploredEnd.Completed))
            NotExplored ??= $"no run came to its end: {explored.Outcomes[0].Reason}";
        return NotExplored is null;
    }

    // The seed of schedules enters the process of the candidate's code, and that of the trial, from which the check's values are drawn, must not follow from it.
    private int ScheduleSeed() => BitConverter.ToInt32(SHA256.HashData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"schedules/{trial.Seed}/{_number}")))) & int.MaxValue;

    private static CheckFailedException? Failure(ExploredOutcome outcome, Explored explored, Action<ExploredOutcome> judge)
    {
        switch (outcome.End)
        {
            case ExploredEnd.Deadlock:
                return new CheckFailedException("calls running together", "every call to return", $"a deadlock: {outcome.Reason}");
            case ExploredEnd.Crashed:
                return new CheckFailedException("calls running together", "every call to return", $"what nobody catches: {outcome.Reason}");
            case ExploredEnd.Overlap:
                return new CheckFailedException("calls running together", "one at a time in a collection that is not safe for more", outcome.Reason);
            case ExploredEnd.Endless when explored.Outcomes.Any(other => other.End == ExploredEnd.Completed && other.Steps * StuckAfter < MostSteps):
                return new CheckFailedException("calls running together", "every call to return", $"calls that go round for ever: {outcome.Reason}");
            case ExploredEnd.Endless:
                return null;
        }

        try
        {
            judge(outcome);
            return null;
        }
        catch (CheckFailedException failure)
        {
            return failure;
        }
    }

    private CheckFailedException Shown(ExploredProgram program, ExploredOutcome outcome, CheckFailedException failure)
    {
        var replay = trial.Subject.Replay(program, outcome.Schedule, simplifies: true);
        var (shown, steps) = (replay?.Outcome ?? outcome, RaceSteps.Telling(replay?.Steps ?? []));
        return new CheckFailedException(failure.What, failure.Expected, failure.Actual)
        {
            Timeline = RaceTimeline.Print(program, shown, steps),
            Calls = failure.Calls.Count > 0 ? failure.Calls : Linear.Drawn(shown.History),
            Race = new ExploredRace(_number, program.ToString(), shown.Schedule, outcome.Number, OutcomeText(shown), steps),
        };
    }

    /// <summary>A run call by call, with the order of all beginnings and ends: equal for equal runs.</summary>
    public static string OutcomeText(ExploredOutcome outcome) => string.Join('\n', [
        $"{outcome.End}{(outcome.Reason.Length == 0 ? "" : ": " + outcome.Reason)}",
        .. outcome.History.Operations.Select(operation => $"{(operation.Lane == 0 ? "main" : $"T{operation.Lane}")} [{operation.Invoked},{operation.Returned}] {operation}"),
        $"{outcome.Loads} loads, {outcome.Steps} steps"]);
}
