namespace Assay.Verify;

/// <summary>Chooses as recorded. Past the end of the record, or where it is silent, it goes on without preemption.</summary>
internal sealed class ScheduleReplay(IReadOnlyDictionary<int, int> choices, bool isStrict) : ExplorationStrategy
{
    public static ScheduleReplay Of(Schedule schedule) =>
        new(schedule.Choices.Select((task, number) => (task, number)).ToDictionary(pair => pair.number, pair => pair.task), isStrict: true);

    public override bool EndRun(int points) => !isStrict || points >= choices.Count;

    public override bool BeginRun(int run) => run == 0;

    public override int Choose(SchedulePoint point)
    {
        if (!choices.TryGetValue(point.Number, out var task))
            return point.Default;
        return isStrict || point.Candidates.Any(candidate => candidate.Task == task) ? task : point.Default;
    }
}
