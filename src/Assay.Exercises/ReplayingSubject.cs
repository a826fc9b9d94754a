using Assay.Verify;

namespace Assay.Exercises;

/// <summary>
/// Runs a check again up to one of the programs that it explores, and of that one a single schedule. With the same seed a check makes the same programs, so its number names a program.
/// </summary>
/// <param name="inner">Who runs the schedule.</param>
/// <param name="number">Which program, from zero.</param>
/// <param name="schedule">The schedule.</param>
public sealed class ReplayingSubject(ISubject inner, int number, string schedule) : ISubject
{
    private int _met;

    /// <summary>The program, once the check has come to it.</summary>
    public ExploredProgram? Program { get; private set; }

    /// <summary>What the schedule came to; null when the code cannot be explored.</summary>
    public ExploredReplay? Replayed { get; private set; }

    /// <inheritdoc />
    public int StepsMet => 0;

    /// <summary>Runs the check as far as it has to.</summary>
    public void Run(Check check, int seed)
    {
        ArgumentNullException.ThrowIfNull(check);
        try
        {
            check.Run(new Trial(this, seed));
        }
        catch (ReachedException)
        {
            // The rest of the check is of no interest.
        }
    }

    /// <inheritdoc />
    public T Create<T>(params object?[] arguments)
        where T : class => throw new ReachedException();

    /// <inheritdoc />
    public void Advance(TimeSpan by) => throw new ReachedException();

    /// <inheritdoc />
    public void SetUtcNow(DateTimeOffset instant) => throw new ReachedException();

    /// <inheritdoc />
    public TimeSpan MoveAtReadings(TimeSpan by) => throw new ReachedException();

    /// <inheritdoc />
    public IReadOnlyList<T> ReadAgain<T>(IReadOnlyList<T> given) => throw new ReachedException();

    /// <inheritdoc />
    public IReadOnlyList<object?> InTurn(params IReadOnlyList<Call> calls) => throw new ReachedException();

    /// <inheritdoc />
    public History<Call, Answer> RunTogether(params IReadOnlyList<Call>[] lanes) => throw new ReachedException();

    /// <inheritdoc />
    public History<Call, Answer> RunInStep(params IReadOnlyList<Call>[] lanes) => throw new ReachedException();

    /// <inheritdoc />
    public Explored Explore(ExploredProgram program, int seed, int schedules)
    {
        if (_met++ != number)
            return Explored.Nothing;
        Program = program;
        Replayed = inner.Replay(program, schedule, simplifies: false);
        throw new ReachedException();
    }

    /// <inheritdoc />
    public ExploredReplay? Replay(ExploredProgram program, string asked, bool simplifies) => throw new ReachedException();

    /// <inheritdoc />
    public void Dispose() => inner.Dispose();

    private sealed class ReachedException : Exception;
}
