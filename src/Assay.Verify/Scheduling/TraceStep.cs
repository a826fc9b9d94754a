namespace Assay.Verify;

/// <summary>What a task does in a step.</summary>
public enum StepKind
{
    /// <summary>Begins to run.</summary>
    Start,

    /// <summary>Passes a point without effect.</summary>
    Interleave,

    /// <summary>Lets others run.</summary>
    Yield,

    /// <summary>Reads a variable.</summary>
    Read,

    /// <summary>Writes a variable.</summary>
    Write,

    /// <summary>Reads and writes a variable at once.</summary>
    ReadWrite,

    /// <summary>Takes a lock or a permit, once it can.</summary>
    Acquire,

    /// <summary>Takes a lock or a permit if it can.</summary>
    TryAcquire,

    /// <summary>Gives a lock or permits back.</summary>
    Release,

    /// <summary>Waits for a pulse and takes the lock again.</summary>
    Wait,

    /// <summary>Wakes a waiting task.</summary>
    Pulse,

    /// <summary>Starts another task.</summary>
    Spawn,

    /// <summary>Waits for another task to end.</summary>
    Join,
}

/// <summary>A step of a schedule: who does what with which resource.</summary>
/// <param name="Task">The task's number; zero is the program itself, others count up in the order they were started.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Resource">The name of the lock, variable or task it does it with.</param>
public readonly record struct TraceStep(int Task, StepKind Kind, string Resource)
{
    /// <inheritdoc/>
    public override string ToString() => $"task {Task}: {Kind.ToString().ToLowerInvariant()} {Resource}".TrimEnd();
}
