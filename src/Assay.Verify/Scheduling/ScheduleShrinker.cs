namespace Assay.Verify;

/// <summary>Simplifies a failing schedule: takes back its deviations from running undisturbed, as many as the failure can do without.</summary>
internal sealed class ScheduleShrinker(Func<ExplorationStrategy, (ControlledExecution Run, ScheduleFailure? Failure)> run, int maxRuns)
{
    private int _runs;

    public ScheduleFailure Shrink(ControlledExecution execution, ScheduleFailure failure)
    {
        var deviations = DeviationsOf(execution);
        for (var chunk = Math.Max(1, deviations.Count / 2); chunk >= 1 && _runs < maxRuns;)
        {
            if (WithoutOneChunk(deviations, chunk, failure) is not var (fewer, simpler))
            {
                chunk /= 2;
                continue;
            }

            (deviations, failure) = (fewer, simpler);
            chunk = Math.Clamp(chunk, 1, Math.Max(1, deviations.Count));
        }

        return failure;
    }

    private (List<(int Number, int Task)>, ScheduleFailure)? WithoutOneChunk(
        List<(int Number, int Task)> deviations, int chunk, ScheduleFailure failure)
    {
        for (var start = 0; start < deviations.Count && _runs < maxRuns; start += chunk)
        {
            var kept = deviations.Where((_, index) => index < start || index >= start + chunk).ToDictionary(pair => pair.Number, pair => pair.Task);
            _runs++;
            var (execution, found) = run(new ScheduleReplay(kept, isStrict: false));
            // Later points may have moved, so the deviations are those the new run really took; fewer of them, or no progress.
            if (found is not null && IsSame(found, failure) && execution.Deviations.Count < deviations.Count)
                return (DeviationsOf(execution), found);
        }

        return null;
    }

    private static bool IsSame(ScheduleFailure left, ScheduleFailure right) =>
        left.Kind == right.Kind && left.Exception?.GetType() == right.Exception?.GetType();

    private static List<(int Number, int Task)> DeviationsOf(ControlledExecution execution) =>
        [.. execution.Deviations.Select(number => (number, execution.Choices[number]))];
}
