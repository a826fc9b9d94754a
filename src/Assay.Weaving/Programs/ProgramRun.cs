using Assay.Verify.Exploration;

namespace Assay.Weaving.Programs;

/// <summary>Runs a program's calls, inside a run, and writes down what they answered and when they began and ended.</summary>
internal sealed class ProgramRun(ProgramPlan plan, MemberTable table, WovenCode code, int together, int[] boundaries)
{
    private readonly object?[] _answers = new object?[plan.Calls.Count];
    private readonly int[] _begun = new int[plan.Calls.Count];
    private readonly int[] _ended = new int[plan.Calls.Count];
    private int _moment;
    private object? _target;

    /// <summary>The call that a single-lane run was in when it could not go on.</summary>
    public int Begun(int call) => _begun[call];

    public int Ended(int call) => _ended[call];

    /// <summary>The lanes together, under the schedule.</summary>
    public void Together()
    {
        var lane = Prepare();
        lane.Arena.Together(lane, together, [.. plan.Lanes.Select((calls, number) => ($"T{number + 1}", (Action)(() => RunLane(number, calls.Count))))]);
        Settle(lane);
        Observe();
    }

    /// <summary>One call after the other in a given order.</summary>
    public void InOrder(int[] order)
    {
        var lane = Prepare();
        foreach (var call in order)
        {
            Invoke(call, plan.Calls[call]);
            Settle(lane);
        }

        Observe();
    }

    /// <summary>Everything that was answered, so that equal outcomes read equal.</summary>
    public string Outcome()
    {
        var rendering = new Rendering();
        return string.Join(" | ", Enumerable.Range(0, plan.Calls.Count).Select(call => Shown(rendering, call)));
    }

    /// <summary>The answers call by call, for a reader.</summary>
    public IEnumerable<(CallPlan Call, string Answer)> Answers()
    {
        var rendering = new Rendering();
        return plan.Calls.Select((call, index) => (call, Shown(rendering, index))).ToList();
    }

    private string Shown(Rendering rendering, int call) => _ended[call] == 0 ? (_begun[call] == 0 ? "-" : "waits") : _answers[call] is Exception ? rendering.Of(_answers[call]) : plan.Calls[call].HasAnswer ? rendering.Of(_answers[call]) : "done";

    private Lane Prepare()
    {
        Array.Clear(_answers);
        Array.Clear(_begun);
        Array.Clear(_ended);
        _moment = 0;
        code.Reset();
        _target = table.Create();
        for (var call = 0; call < plan.Before.Count; call++)
            Invoke(call, plan.Calls[call]);
        return Arena.Current!;
    }

    private void Observe()
    {
        for (var call = plan.AfterStart; call < plan.Calls.Count; call++)
            Invoke(call, plan.Calls[call]);
        foreach (var invariant in table.Invariants)
        {
            if (invariant.Invoke(_target, out _) is false)
                throw new InvariantBrokenException($"the invariant {invariant} does not hold");
        }
    }

    // What calls have started and left running comes to rest first, so that it is the same work in every order.
    private static void Settle(Lane lane) =>
        lane.Arena.WaitUntil(lane, lane.Site, null, static (_, waiting) => !waiting.Arena.Lanes.Any(other => other != waiting && other.Number < waiting.Arena.LaneCount && other.IsEnabled));

    private void RunLane(int number, int count)
    {
        var lane = Arena.Current!;
        for (var call = plan.Starts[number]; call < plan.Starts[number] + count; call++)
        {
            lane.Arena.Step(lane, boundaries[call]);
            Invoke(call, plan.Calls[call]);
        }
    }

    private void Invoke(int index, CallPlan call)
    {
        _begun[index] = ++_moment;
        // The same numbers for the same call, whoever goes first.
        Arena.Current!.Chance = new LaneChance(index);
        try
        {
            var answer = call.Invoke(_target, out var arguments);
            if (call.Waits is { } reader && answer is not null)
            {
                var lane = Arena.Current!;
                lane.Arena.WaitUntil(lane, lane.Site, (reader, answer), static (state, _) => ((ValueTuple<ResultReader, object>)state!) is var (awaits, task) && awaits.IsCompleted(task));
                answer = reader.Get(answer);
            }

            var outs = call.Method.GetParameters().Where(parameter => parameter.ParameterType.IsByRef).Select(parameter => arguments[parameter.Position]).ToArray();
            _answers[index] = outs.Length == 0 ? answer : (answer, outs);
        }
        catch (Exception exception) when (exception is not RunEndedException)
        {
            if (exception is OutOfMemoryException && Arena.Current is { } starved)
                starved.Arena.Starve(starved);
            // To throw is an answer like any other: one that some order of the calls has to explain.
            if (Arena.Current is { Arena.IsEnding: true })
                throw;
            _answers[index] = exception;
        }

        _ended[index] = ++_moment;
    }
}

/// <summary>An invariant does not hold, or the answers contradict every order.</summary>
internal sealed class InvariantBrokenException(string message) : Exception(message);
