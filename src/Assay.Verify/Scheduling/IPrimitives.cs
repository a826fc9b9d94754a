namespace Assay.Verify;

/// <summary>
/// Where code under schedule control takes its threads, locks and shared variables from. Every call is a point at which another task
/// may run first; code between two calls runs alone. Memory is sequentially consistent.
/// </summary>
public interface IPrimitives
{
    /// <summary>A point at which another task may run first; the caller may go on as well.</summary>
    /// <param name="label">What the trace says.</param>
    void Interleave(string label = "point");

    /// <summary>
    /// Lets every other task that can run take a step first. Spin loops call it; without it a loop that waits for another task is a
    /// livelock in some schedule.
    /// </summary>
    void Yield();

    /// <summary>Creates a re-entrant lock with one condition, like <see cref="Monitor"/>.</summary>
    /// <param name="name">What traces call it; numbered when null.</param>
    /// <returns>The lock, free.</returns>
    ILock NewLock(string? name = null);

    /// <summary>Creates a variable shared between tasks.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="initial">Its first value.</param>
    /// <param name="name">What traces call it; numbered when null.</param>
    /// <returns>The variable.</returns>
    ISharedVariable<T> NewVariable<T>(T initial, string? name = null);

    /// <summary>Creates a counting semaphore.</summary>
    /// <param name="permits">The permits it starts with; not negative.</param>
    /// <param name="name">What traces call it; numbered when null.</param>
    /// <returns>The semaphore.</returns>
    ISemaphore NewSemaphore(int permits, string? name = null);

    /// <summary>Starts a task. It runs its first step when the schedule says so.</summary>
    /// <param name="body">What it does.</param>
    /// <param name="name">What traces call it; numbered when null.</param>
    /// <returns>The task, to be joined.</returns>
    ITask Spawn(Action body, string? name = null);
}

/// <summary>A re-entrant lock with one condition, like <see cref="Monitor"/>.</summary>
public interface ILock
{
    /// <summary>Waits until the lock is free or the caller's, and takes it once more.</summary>
    void Enter();

    /// <summary>Takes the lock unless another task holds it.</summary>
    /// <returns>Whether it was taken.</returns>
    bool TryEnter();

    /// <summary>Gives the lock back once.</summary>
    /// <exception cref="SynchronizationLockException">The caller does not hold it.</exception>
    void Exit();

    /// <summary>Gives the lock back entirely, waits for a pulse, and takes it again. There are no spurious wake-ups.</summary>
    /// <exception cref="SynchronizationLockException">The caller does not hold it.</exception>
    void Wait();

    /// <summary>Wakes the task that has waited longest, if any waits.</summary>
    /// <exception cref="SynchronizationLockException">The caller does not hold it.</exception>
    void Pulse();

    /// <summary>Wakes every waiting task.</summary>
    /// <exception cref="SynchronizationLockException">The caller does not hold it.</exception>
    void PulseAll();
}

/// <summary>A variable shared between tasks. Each call is atomic.</summary>
/// <typeparam name="T">Its type.</typeparam>
public interface ISharedVariable<T>
{
    /// <summary>Reads the value.</summary>
    /// <returns>The value.</returns>
    T Read();

    /// <summary>Sets the value.</summary>
    /// <param name="value">The new value.</param>
    void Write(T value);

    /// <summary>Sets the value and answers the one before.</summary>
    /// <param name="value">The new value.</param>
    /// <returns>The value before.</returns>
    T Exchange(T value);

    /// <summary>Sets the value if it equals the expected one, and answers the one before.</summary>
    /// <param name="value">The new value.</param>
    /// <param name="expected">The value it must have, by the type's default equality.</param>
    /// <returns>The value before.</returns>
    T CompareExchange(T value, T expected);
}

/// <summary>A counting semaphore.</summary>
public interface ISemaphore
{
    /// <summary>Waits for a permit and takes it.</summary>
    void Wait();

    /// <summary>Takes a permit if there is one.</summary>
    /// <returns>Whether it was taken.</returns>
    bool TryWait();

    /// <summary>Gives permits.</summary>
    /// <param name="permits">How many; positive.</param>
    void Release(int permits = 1);
}

/// <summary>A task under schedule control.</summary>
public interface ITask
{
    /// <summary>Waits until the task has ended.</summary>
    void Join();
}
