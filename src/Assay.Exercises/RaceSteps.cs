namespace Assay.Exercises;

/// <summary>Chooses the steps that tell how a race comes about: what nobody else touches is left out.</summary>
public static class RaceSteps
{
    /// <summary>Calls and answers, locks and waits, and of memory what two threads touch.</summary>
    public static IReadOnlyList<RaceStep> Telling(IReadOnlyList<RaceStep> steps)
    {
        var shared = steps.Where(step => step.Line > 0).GroupBy(LocationOf).Where(group => group.Select(step => step.Name).Distinct().Skip(1).Any()).Select(group => group.Key).ToHashSet();
        return [.. steps.Where(step => step.Line == 0 || step.Waits || shared.Contains(LocationOf(step)))];
    }

    // A field of an object, whether it is read or written.
    private static (string Object, string What) LocationOf(RaceStep step) => (step.Object, step.Does.Split(' ')[^1]);
}
