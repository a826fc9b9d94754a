namespace Assay.Verify;

/// <summary>A monitor whose every call is a step. Its fields need no guard: only the holder of the baton touches them.</summary>
internal sealed class ControlledLock(ControlledExecution execution, string name) : ILock
{
    // In the order of their waiting: a pulse wakes the first.
    private readonly LinkedList<Waiter> _waiters = new();
    private int? _owner;
    private int _depth;

    public void Enter()
    {
        var task = execution.CurrentTask;
        execution.Step(StepKind.Acquire, name, () => IsFreeFor(task), Holder);
        Take(task, 1);
    }

    public bool TryEnter()
    {
        var task = execution.CurrentTask;
        execution.Step(StepKind.TryAcquire, name);
        if (!IsFreeFor(task))
            return false;
        Take(task, 1);
        return true;
    }

    public void Exit()
    {
        // While the run unwinds, the finally blocks that lead here must not throw anew.
        if (execution.IsEnding)
            return;
        // A step of its own, before the effect: a TryEnter elsewhere may still find the lock taken.
        execution.Step(StepKind.Release, name);
        DemandOwnership();
        if (--_depth == 0)
            _owner = null;
    }

    public void Wait()
    {
        execution.Step(StepKind.Release, name);
        DemandOwnership();
        var (task, depth) = (execution.CurrentTask, _depth);
        var waiter = new Waiter();
        _waiters.AddLast(waiter);
        (_owner, _depth) = (null, 0);
        execution.Step(StepKind.Wait, name, () => waiter.IsPulsed && _owner is null, () => waiter.IsPulsed ? Holder() : []);
        Take(task, depth);
    }

    public void Pulse() => Wake(1);

    public void PulseAll() => Wake(int.MaxValue);

    private void Wake(int most)
    {
        if (execution.IsEnding)
            return;
        execution.Step(StepKind.Pulse, name);
        DemandOwnership();
        for (; most > 0 && _waiters.First is { } first; most--)
        {
            first.Value.IsPulsed = true;
            _waiters.RemoveFirst();
        }
    }

    private bool IsFreeFor(int task) => _owner is null || _owner == task;

    private IEnumerable<int> Holder() => _owner is { } owner ? [owner] : [];

    private void Take(int task, int depth) => (_owner, _depth) = (task, _depth + depth);

    private void DemandOwnership()
    {
        if (_owner != execution.CurrentTask)
            throw new SynchronizationLockException($"Task {execution.CurrentTask} does not hold {name}.");
    }

    private sealed class Waiter
    {
        public bool IsPulsed { get; set; }
    }
}
