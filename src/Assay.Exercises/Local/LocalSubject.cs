using System.Reflection;
using Assay.Verify;
using Assay.Weaving;

namespace Assay.Exercises;

/// <summary>
/// A world in this process, for tests and for a candidate's own check: a manual clock, real threads, no sandbox. What it runs must be trusted.
/// </summary>
/// <param name="submission">Holds the one public class of each contract.</param>
/// <param name="patience">How long concurrent calls may make no progress before they count as stuck; 20 seconds when null.</param>
/// <param name="woven">A woven copy of it, for exploration; null for none.</param>
public sealed class LocalSubject(Assembly submission, TimeSpan? patience = null, WovenCode? woven = null) : ISubject
{
    private readonly SteppingClock _clock = new();
    private readonly TimeSpan _patience = patience ?? TimeSpan.FromSeconds(20);
    private readonly List<object> _created = [];
    private StepGate? _steps;

    /// <inheritdoc />
    public T Create<T>(params object?[] arguments)
        where T : class
    {
        var type = ClassOf(submission, typeof(T));
        var constructor = type.GetConstructors() is [var only]
            ? only
            : throw new InvalidOperationException($"{type.FullName} must have exactly one public constructor.");
        try
        {
            var target = constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, [.. arguments, _clock], null);
            _created.Add(target);
            return LocalProxy.Around<T>((T)target);
        }
        catch (Exception thrown)
        {
            throw LocalProxy.Crossing(thrown);
        }
    }

    /// <inheritdoc />
    public void Advance(TimeSpan by) => _clock.Advance(by);

    /// <inheritdoc />
    public void SetUtcNow(DateTimeOffset instant) => _clock.SetUtcNow(instant);

    /// <inheritdoc />
    public TimeSpan MoveAtReadings(TimeSpan by) => new(_clock.StepBy(by.Ticks));

    /// <inheritdoc />
    public IReadOnlyList<T> ReadAgain<T>(IReadOnlyList<T> given) => [.. given];

    /// <inheritdoc />
    public IReadOnlyList<object?> InTurn(params IReadOnlyList<Call> calls) =>
        [.. calls.Select(call => call.Method.Invoke(call.Instance, BindingFlags.DoNotWrapExceptions, null, [.. call.Arguments], null))];

    /// <inheritdoc />
    public History<Call, Answer> RunTogether(params IReadOnlyList<Call>[] lanes) => new LocalLanes(lanes, null).Run(_patience);

    /// <inheritdoc />
    public History<Call, Answer> RunInStep(params IReadOnlyList<Call>[] lanes)
    {
        _steps = new StepGate(lanes.Length);
        return new LocalLanes(lanes, _steps).Run(_patience);
    }

    /// <inheritdoc />
    public int StepsMet => _steps?.Met ?? 0;

    /// <inheritdoc />
    public Explored Explore(ExploredProgram program, int seed, int schedules) =>
        woven is null ? new Explored([], 0, "no woven copy of the code was given") : new LocalExploration(woven).Explore(program, seed, schedules);

    /// <inheritdoc />
    public ExploredReplay? Replay(ExploredProgram program, string schedule, bool simplifies) =>
        woven is null ? null : new LocalExploration(woven).Replay(program, schedule, simplifies);

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var disposable in _created.OfType<IDisposable>())
            disposable.Dispose();
        _created.Clear();
    }

    internal static Type ClassOf(Assembly submission, Type contract)
    {
        var classes = submission.GetExportedTypes().Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(contract)).ToList();
        return classes is [var only]
            ? only
            : throw new InvalidOperationException($"Exactly one public class must implement {contract.Name}, not {classes.Count}.");
    }
}
