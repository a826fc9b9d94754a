namespace Assay.Verify;

/// <summary>The primitives of a controlled run.</summary>
internal sealed class ControlledPrimitives(ControlledExecution execution) : IPrimitives
{
    public void Interleave(string label = "point") => execution.Step(StepKind.Interleave, label);

    public void Yield() => execution.Step(StepKind.Yield, "");

    public ILock NewLock(string? name = null) => new ControlledLock(execution, execution.NameFor("lock", name));

    public ISharedVariable<T> NewVariable<T>(T initial, string? name = null) =>
        new ControlledVariable<T>(execution, execution.NameFor("variable", name), initial);

    public ISemaphore NewSemaphore(int permits, string? name = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(permits);
        return new ControlledSemaphore(execution, execution.NameFor("semaphore", name), permits);
    }

    public ITask Spawn(Action body, string? name = null) =>
        new JoinableTask(execution, execution.Spawn(body, execution.NameFor("task", name)));

    private sealed class JoinableTask(ControlledExecution execution, int number) : ITask
    {
        public void Join() => execution.Join(number);
    }
}

/// <summary>A shared variable whose every access is a step.</summary>
internal sealed class ControlledVariable<T>(ControlledExecution execution, string name, T initial) : ISharedVariable<T>
{
    private T _value = initial;

    public T Read()
    {
        execution.Step(StepKind.Read, name);
        return _value;
    }

    public void Write(T value)
    {
        execution.Step(StepKind.Write, name);
        _value = value;
    }

    public T Exchange(T value)
    {
        execution.Step(StepKind.ReadWrite, name);
        var before = _value;
        _value = value;
        return before;
    }

    public T CompareExchange(T value, T expected)
    {
        execution.Step(StepKind.ReadWrite, name);
        var before = _value;
        if (EqualityComparer<T>.Default.Equals(before, expected))
            _value = value;
        return before;
    }
}

/// <summary>A semaphore whose every call is a step.</summary>
internal sealed class ControlledSemaphore(ControlledExecution execution, string name, int permits) : ISemaphore
{
    private int _permits = permits;

    public void Wait()
    {
        execution.Step(StepKind.Acquire, name, () => _permits > 0);
        _permits--;
    }

    public bool TryWait()
    {
        execution.Step(StepKind.TryAcquire, name);
        if (_permits == 0)
            return false;
        _permits--;
        return true;
    }

    public void Release(int permits = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(permits);
        if (execution.IsEnding)
            return;
        execution.Step(StepKind.Release, name);
        _permits = checked(_permits + permits);
    }
}
