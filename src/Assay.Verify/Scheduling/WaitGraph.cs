namespace Assay.Verify;

/// <summary>Explains a deadlock by the circle of tasks that wait for each other.</summary>
internal static class WaitGraph
{
    public static IReadOnlyList<TaskWait> Explain(IReadOnlyList<ControlledTask> tasks)
    {
        var waits = tasks.Where(task => !task.IsFinished)
            .SelectMany(task => (task.Holders?.Invoke() ?? []).Select(holder => (int?)holder).DefaultIfEmpty(null)
                .Select(holder => new TaskWait(task.Number, task.Announced, holder)))
            .ToList();
        foreach (var start in waits)
        {
            if (Circle([start], waits) is { } circle)
                return circle;
        }

        return waits;
    }

    // As deep as there are tasks, for a path visits none twice.
    private static List<TaskWait>? Circle(List<TaskWait> path, List<TaskWait> waits)
    {
        if (path[^1].WaitsFor == path[0].Task)
            return path;
        foreach (var next in waits.Where(wait => wait.Task == path[^1].WaitsFor && path.TrueForAll(seen => seen.Task != wait.Task)))
        {
            if (Circle([.. path, next], waits) is { } circle)
                return circle;
        }

        return null;
    }
}
