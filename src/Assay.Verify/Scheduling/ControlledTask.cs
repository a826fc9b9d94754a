namespace Assay.Verify;

/// <summary>One task of a controlled run: the step it is about to do and the gate it waits at until it may.</summary>
internal sealed class ControlledTask(int number, string name)
{
    public int Number => number;

    public string Name => name;

    // Released exactly once for each time the baton comes to this task.
    public SemaphoreSlim Gate { get; } = new(0);

    public TraceStep Announced { get; private set; } = new(number, StepKind.Start, name);

    // Evaluated by whoever holds the baton; null means always.
    public Func<bool>? Ready { get; private set; }

    // The tasks that could make it ready; null when that could be anyone.
    public Func<IEnumerable<int>>? Holders { get; private set; }

    public bool IsFinished { get; set; }

    // The tasks that must step, block or end before this one runs again.
    public HashSet<int> YieldedTo { get; } = [];

    public int StepsAfterEnd { get; set; }

    public bool IsEnabled => !IsFinished && Ready?.Invoke() != false;

    public void Announce(StepKind kind, string resource, Func<bool>? ready, Func<IEnumerable<int>>? holders)
    {
        Announced = new TraceStep(number, kind, resource);
        (Ready, Holders) = (ready, holders);
    }
}
