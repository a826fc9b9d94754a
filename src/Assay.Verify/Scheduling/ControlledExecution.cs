namespace Assay.Verify;

/// <summary>
/// One run of a program under schedule control. Its tasks are real threads that pass a baton: exactly one runs, up to its next step,
/// where the strategy decides who goes on. <see cref="Step"/> is all that primitives need, so further ones can be built on it.
/// </summary>
public sealed class ControlledExecution
{
    // A task that swallows the end of the run and keeps stepping is left behind after so many steps.
    private const int StepsToUnwind = 1000;

    [ThreadStatic]
    private static ControlledTask? t_task;

    [ThreadStatic]
    private static ControlledExecution? t_execution;

    // Everything below is touched only by the holder of the baton, or by the controller while no task runs. The gates order accesses.
    private readonly List<ControlledTask> _tasks = [];
    private readonly List<TraceStep> _trace = [];
    private readonly List<int> _choices = [];
    private readonly List<int> _deviations = [];
    private readonly Dictionary<string, int> _names = [];
    private readonly ManualResetEventSlim _ended = new();
    private readonly ExplorationStrategy _strategy;
    private readonly WorkerThreads _threads;
    private readonly int _maxSteps;
    private ScheduleFailure? _failure;

    // Once set, every step throws, so that the tasks unwind one after the other.
    private volatile bool _isEnding;

    internal ControlledExecution(ExplorationStrategy strategy, WorkerThreads threads, int maxSteps) =>
        (_strategy, _threads, _maxSteps) = (strategy, threads, maxSteps);

    /// <summary>The run the calling thread is a task of; null outside of one.</summary>
    public static ControlledExecution? Current => t_execution;

    /// <summary>The number of the calling task.</summary>
    /// <exception cref="InvalidOperationException">The calling thread is not a task of this run.</exception>
    public int CurrentTask => Running.Number;

    /// <summary>Whether the run is being torn down after a failure. What gives resources back then does nothing.</summary>
    public bool IsEnding => _isEnding;

    internal IReadOnlyList<int> Choices => _choices;

    internal IReadOnlyList<int> Deviations => _deviations;

    private ControlledTask Running =>
        t_execution == this ? t_task! : throw new InvalidOperationException("The calling thread is not a task of this run.");

    /// <summary>
    /// Announces a step and returns when the schedule lets the caller do it. What the caller does next, up to its next announcement, is
    /// one atomic step.
    /// </summary>
    /// <param name="kind">What the step does.</param>
    /// <param name="resource">What it does it with.</param>
    /// <param name="ready">Whether the step can be done now; null means always. Asked often and by other threads; without effect.</param>
    /// <param name="holders">The tasks whose progress could make it ready; null when that could be anyone.</param>
    /// <exception cref="ScheduleEndedException">The run has failed and is being torn down; do not catch it.</exception>
    public void Step(StepKind kind, string resource, Func<bool>? ready = null, Func<IEnumerable<int>>? holders = null)
    {
        var task = Running;
        if (!_isEnding)
        {
            task.Announce(kind, resource, ready, holders);
            var next = PickNext(task);
            if (next is not null && next != task)
            {
                next.Gate.Release();
                task.Gate.Wait();
            }
        }

        if (_isEnding)
            Unwind(task);
        _trace.Add(task.Announced);
    }

    /// <summary>Starts a task; it runs when the schedule says so.</summary>
    /// <param name="body">What it does.</param>
    /// <param name="name">What traces call it.</param>
    /// <returns>The task's number.</returns>
    public int Spawn(Action body, string name)
    {
        ArgumentNullException.ThrowIfNull(body);
        Step(StepKind.Spawn, name);
        return Add(body, name).Number;
    }

    /// <summary>Waits until a task has ended.</summary>
    /// <param name="task">The task's number.</param>
    public void Join(int task) => Step(StepKind.Join, _tasks[task].Name, () => _tasks[task].IsFinished, () => [task]);

    /// <summary>A name for a resource: the given one, or the kind with the next number of its kind.</summary>
    /// <param name="kind">The kind, such as <c>lock</c>.</param>
    /// <param name="name">The name, or null.</param>
    /// <returns>The name.</returns>
    public string NameFor(string kind, string? name) =>
        name ?? $"{kind}#{_names[kind] = _names.GetValueOrDefault(kind) + 1}";

    internal ScheduleFailure? Run(Action<IPrimitives> program, CancellationToken cancellation)
    {
        Add(() => program(new ControlledPrimitives(this)), "main").Gate.Release();
        try
        {
            _ended.Wait(cancellation);
        }
        finally
        {
            _isEnding = true;
        }

        return _failure;
    }

    private ControlledTask Add(Action body, string name)
    {
        var task = new ControlledTask(_tasks.Count, name);
        _tasks.Add(task);
        _threads.Start(() => RunTask(task, body));
        return task;
    }

    private void RunTask(ControlledTask task, Action body)
    {
        task.Gate.Wait();
        (t_execution, t_task) = (this, task);
        try
        {
            if (!_isEnding)
            {
                _trace.Add(task.Announced);
                body();
            }
        }
        catch (ScheduleEndedException)
        {
            // The run has its failure already; this is the task making way.
        }
        catch (Exception exception)
        {
            // The program under test may throw anything, and whatever it throws is the finding.
            Fail(FailureKind.Exception, exception, []);
        }

        (t_execution, t_task) = (null, null);
        Finish(task);
    }

    private void Finish(ControlledTask task)
    {
        task.IsFinished = true;
        var next = _isEnding ? null : PickLast(task);
        // A failure found by this last pick, or an earlier one, leaves others to unwind.
        next ??= _tasks.Find(other => !other.IsFinished);
        if (next is null)
            _ended.Set();
        else
            next.Gate.Release();
    }

    // Here no program is on the stack any more to take what a strategy or a ready condition throws.
    private ControlledTask? PickLast(ControlledTask task)
    {
        try
        {
            return PickNext(task);
        }
        catch (Exception exception)
        {
            Fail(FailureKind.Exception, exception, []);
            return null;
        }
    }

    private void Unwind(ControlledTask task)
    {
        if (++task.StepsAfterEnd > StepsToUnwind)
        {
            Finish(task);
            // Nobody releases the gate of a finished task: its thread, a background one, stays here.
            task.Gate.Wait();
        }

        throw new ScheduleEndedException();
    }

    /// <summary>Null when the run ends here.</summary>
    private ControlledTask? PickNext(ControlledTask current)
    {
        var enabled = _tasks.FindAll(task => task.IsEnabled);
        if (enabled.Count == 0)
        {
            if (_tasks.Exists(task => !task.IsFinished))
                Fail(FailureKind.Deadlock, null, WaitGraph.Explain(_tasks));
            return null;
        }

        if (_trace.Count >= _maxSteps)
        {
            Fail(FailureKind.Livelock, null, []);
            return null;
        }

        var candidates = FairCandidates(current, enabled);
        var chosen = candidates.Count == 1 ? candidates[0] : Choose(current, candidates);
        foreach (var task in _tasks)
            task.YieldedTo.Remove(chosen?.Number ?? -1);
        return chosen;
    }

    // After CHESS's fair scheduling (Musuvathi and Qadeer 2008): who yields waits until each task that could run then has stepped,
    // blocked or ended, so spinning on another task's progress is no livelock.
    private static List<ControlledTask> FairCandidates(ControlledTask current, List<ControlledTask> enabled)
    {
        if (current is { IsFinished: false, Announced.Kind: StepKind.Yield })
            current.YieldedTo.UnionWith(enabled.Where(task => task != current && task.YieldedTo.Count == 0).Select(task => task.Number));
        foreach (var task in enabled)
            task.YieldedTo.RemoveWhere(other => !enabled.Exists(candidate => candidate.Number == other));
        var candidates = enabled.FindAll(task => task.YieldedTo.Count == 0);
        return candidates.Count == 0 ? enabled : candidates;
    }

    private ControlledTask? Choose(ControlledTask current, List<ControlledTask> candidates)
    {
        var running = candidates.Contains(current) ? current.Number : (int?)null;
        var point = new SchedulePoint(_choices.Count, running, [.. candidates.Select(task => task.Announced)]);
        var choice = _strategy.Choose(point);
        if (candidates.Find(task => task.Number == choice) is not { } chosen)
        {
            Fail(FailureKind.Diverged, null, []);
            return null;
        }

        if (choice != point.Default)
            _deviations.Add(_choices.Count);
        _choices.Add(choice);
        return chosen;
    }

    private void Fail(FailureKind kind, Exception? exception, IReadOnlyList<TaskWait> waits)
    {
        _failure ??= Describe(kind, exception, waits);
        _isEnding = true;
    }

    internal ScheduleFailure Describe(FailureKind kind, Exception? exception, IReadOnlyList<TaskWait> waits) => new()
    {
        Kind = kind,
        Exception = exception,
        Waits = waits,
        Schedule = new Schedule([.. _choices]),
        Trace = [.. _trace],
    };
}
