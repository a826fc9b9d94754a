using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.ExceptionServices;
using Assay.Verify;

namespace Assay.Exercises;

/// <summary>One concurrent program on threads of this process: a thread for each lane, all starting together.</summary>
/// <param name="lanes">The calls of each.</param>
/// <param name="steps">Where each call waits for those at its place in the other lanes; null when it does not.</param>
internal sealed class LocalLanes(IReadOnlyList<Call>[] lanes, StepGate? steps)
{
    // How often progress is looked for; no result depends on it.
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(20);

    private readonly Operation<Call, Answer>?[][] _operations = [.. lanes.Select(lane => new Operation<Call, Answer>?[lane.Count])];
    private readonly StartGate _gate = new(lanes.Length);

    // Increments are atomic and totally ordered, so the recorded intervals contain the real ones: a violation in the record is one in fact.
    private long _stamp;

    /// <summary>Runs it to its end.</summary>
    /// <param name="patience">How long there may be no progress.</param>
    /// <exception cref="CheckFailedException">Calls do not return. Their threads are given up.</exception>
    public History<Call, Answer> Run(TimeSpan patience)
    {
        var threads = lanes.Select((_, lane) => new Thread(() => RunLane(lane)) { IsBackground = true, Name = $"lane {lane}" }).ToList();
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            Join(thread, patience);
        return new History<Call, Answer>(_operations.SelectMany(lane => lane).OfType<Operation<Call, Answer>>());
    }

    private void Join(Thread thread, TimeSpan patience)
    {
        var (seen, waited) = (-1L, TimeSpan.Zero);
        while (!thread.Join(Glance))
        {
            var stamp = Interlocked.Read(ref _stamp);
            waited = stamp == seen ? waited + Glance : TimeSpan.Zero;
            seen = stamp;
            if (waited >= patience)
                throw new CheckFailedException("calls running together", "every call to return", $"no progress any more: stuck in {Stuck()}");
        }
    }

    private string Stuck() => string.Join(", ", lanes
        .Select((calls, lane) => (calls, done: _operations[lane].Count(operation => operation is not null)))
        .Where(lane => lane.done < lane.calls.Count)
        .Select(lane => lane.calls[lane.done]));

    private void RunLane(int lane)
    {
        var (calls, operations) = (lanes[lane], _operations[lane]);
        var prepared = calls.Select(Prepared.Of).ToArray();
        _gate.Pass(lane);
        for (var i = 0; i < prepared.Length; i++)
        {
            var invoked = Interlocked.Increment(ref _stamp);
            steps?.Pass();
            var answer = prepared[i].Answer();
            operations[i] = new Operation<Call, Answer>(lane, calls[i], answer, invoked, Interlocked.Increment(ref _stamp));
        }
    }

    // What can be made ready before the start is, so that calls follow each other closely.
    private sealed record Prepared(MethodInvoker Invoker, object Target, object?[] Arguments)
    {
        // An invoker becomes fast after its first calls.
        private static readonly ConcurrentDictionary<MethodInfo, MethodInvoker> Invokers = new();

        public static Prepared Of(Call call) => new(
            Invokers.GetOrAdd(call.Method, MethodInvoker.Create), call.Instance is LocalProxy proxy ? proxy.Target : call.Instance, [.. call.Arguments]);

        public Answer Answer()
        {
            try
            {
                var result = Invoker.Invoke(Target, Arguments.AsSpan());
                return new Answer(result is Task task ? Awaited(task) : result);
            }
            catch (Exception thrown)
            {
                return new Answer(null, (thrown is TargetInvocationException { InnerException: { } inner } ? inner : thrown).GetType().FullName);
            }
        }

        // A lane makes one call at a time: it waits for the task as the thread it is.
        private static object? Awaited(Task task)
        {
            using var ended = new ManualResetEventSlim();
            task.GetAwaiter().OnCompleted(ended.Set);
            ended.Wait();
            if (task.IsCanceled)
                throw new TaskCanceledException(task);
            if (task.Exception is { InnerException: { } failure })
                ExceptionDispatchInfo.Throw(failure);
            return task.GetType().GetProperty("Result")?.GetValue(task) is { } value && value.GetType().Name != "VoidTaskResult" ? value : null;
        }
    }
}
