using Assay.Verify.Exploration;
using Assay.Weaving.Models;

namespace Assay.Weaving.Programs;

/// <summary>Runs a program's calls, inside a run, and writes down what they answered and when they began and ended.</summary>
internal sealed partial class ProgramRun(ProgramPlan plan, MemberTable table, WovenCode code, int together, int[] boundaries)
{
    /// <summary>Before every call of a lane but the first.</summary>
    public ulong UsualRests => ~0UL << (plan.Before.Count + 1);

    private readonly object?[] _answers = new object?[plan.Calls.Count];
    private readonly object?[] _given = new object?[plan.Calls.Count];
    private readonly int[] _begun = new int[plan.Calls.Count];
    private readonly int[] _ended = new int[plan.Calls.Count];
    private readonly object?[][] _prepared = new object?[plan.Calls.Count][];
    private readonly CallRecord[] _records = new CallRecord[plan.Calls.Count];
    private readonly bool _looksInside = plan.After.Count == 0;
    private readonly Lane?[] _own = new Lane?[plan.Lanes.Count];
    private string[] _scripts = [];
    private int _moment;
    private RunObjects _objects = new();
    private string _inside = "";
    private Landings? _landings;

    /// <summary>Whether calls made one after the other have left work behind that goes on beside them.</summary>
    public bool HasCompany { get; private set; }

    /// <summary>The lanes together, under the schedule.</summary>
    public void Together()
    {
        (_scripts, _landings) = ([], null);
        var lane = Prepare();
        lane.Arena.Together(lane, together, [.. plan.Lanes.Select((calls, number) => ($"T{number + 1}", (Action)(() => RunLane(number, calls.Count))))]);
        Settle(lane);
        Observe();
    }

    /// <summary>One call after the other in a given order, with the same attempts refused as in another run.</summary>
    /// <param name="order">The calls.</param>
    /// <param name="refused">The attempts.</param>
    /// <param name="rests">By bit, before which of all calls what was started by then comes to rest; it may also be late, and that too is one after the other.</param>
    /// <param name="landings">What decides that instead, lane by lane, and ends the run where it cannot lead to what is looked for.</param>
    public void InOrder(int[] order, string refused = "", ulong? rests = null, Landings? landings = null)
    {
        _landings = landings;
        _scripts = refused.Length == 0 ? [] : refused.Split(',');
        HasCompany = false;
        var resting = rests ?? UsualRests;
        var lane = Prepare(resting);
        if (_landings is { IsInVain: true })
            return;
        // What flows with a thread from call to call stays that of the program's thread.
        var flows = new ExecutionContext?[plan.Lanes.Count];
        var (own, threads) = (lane.Thread, plan.Lanes.Select((_, number) => new LaneThread(number + 1)).ToList());
        for (var place = 0; place < order.Length; place++)
        {
            Rest(lane, (resting >> plan.Before.Count + place & 1) != 0);
            var call = order[place];
            var number = Array.FindLastIndex(plan.Starts, first => first <= call);
            ExecutionContext.Run(flows[number] ?? ExecutionContext.Capture()!, _ =>
            {
                lane.Thread = threads[number];
                Invoke(call, plan.Calls[call]);
                flows[number] = ExecutionContext.Capture();
            }, null);
            if (_landings is { IsInVain: true })
                return;
        }

        lane.Thread = own;
        _landings?.Land(lane, all: true);
        Settle(lane);
        Observe();
    }

    private Lane Prepare(ulong rests = 0)
    {
        Array.Clear(_answers);
        Array.Clear(_given);
        Array.Clear(_begun);
        Array.Clear(_ended);
        Array.Clear(_records);
        _moment = 0;
        _inside = "";
        code.Reset();
        _objects = table.Begin();
        for (var call = 0; call < plan.Calls.Count; call++)
            _prepared[call] = Arguments(call);
        for (var call = 0; call < plan.Before.Count; call++)
        {
            Rest(Arena.Current!, (rests >> call & 1) != 0);
            Invoke(call, plan.Calls[call]);
            if (_landings is { IsInVain: true })
                break;
        }

        return Arena.Current!;
    }

    private object? End(int index)
    {
        (_given[index] as IDisposable)?.Dispose();
        return null;
    }

    private object?[] Arguments(int call)
    {
        try
        {
            _objects.Call = call;
            var prepared = plan.Calls[call].Prepare(_objects);
            return call < _scripts.Length && _scripts[call] == Whole ? Array.ConvertAll(prepared, one => one is CancellationToken ? CancellationToken.None : one) : prepared;
        }
        catch (Exception exception) when (exception is not RunEndedException)
        {
            // The class of an argument refuses what was made up for it.
            throw new UnmadeArgumentException(plan.Calls[call], exception);
        }
    }

    private void Observe()
    {
        for (var call = plan.AfterStart; call < plan.Calls.Count; call++)
            Invoke(call, plan.Calls[call]);
        _inside = $"{PeriodicTimers.Of(Arena.Current!.Arena).Count} timers";
        if (_looksInside)
            _inside += ", " + PrivateState.Of(table.Type, table.Target(_objects), new Rendering());
        foreach (var invariant in table.Invariants)
        {
            if (invariant.Invoke(invariant.Prepare(_objects)) is false)
                throw new InvariantBrokenException($"the invariant {invariant} does not hold");
        }
    }

    // What calls have started and left running comes to rest first, so that it is the same work in every order.
    private static void Settle(Lane lane)
    {
        lane.Arena.LookAgain();
        lane.Arena.WaitUntil(lane, lane.Site, null, static (_, waiting) => !IsAnyBusy(waiting));
    }

    private static bool IsAnyBusy(Lane waiting) => waiting.Arena.Lanes.Any(other => other != waiting && other.Number < waiting.Arena.LaneCount && other is { IsEnabled: true, Pass.IsIdle: false });

    // Before a call of those that are made one after the other.
    private void Rest(Lane lane, bool comesToRest)
    {
        HasCompany |= lane.Arena.LaneCount > 1;
        if (_landings is not null)
            _landings.Land(lane, all: false);
        else if (comesToRest)
            Settle(lane);
    }

    private void RunLane(int number, int count)
    {
        var lane = Arena.Current!;
        lane.Thread = new LaneThread(number + 1);
        _own[number] = lane;
        for (var call = plan.Starts[number]; call < plan.Starts[number] + count; call++)
        {
            lane.Arena.Step(lane, boundaries[call]);
            Invoke(call, plan.Calls[call]);
            // As one after the other: what the call has started comes to rest, or waits for other calls, before the next one.
            if (call == plan.Starts[number] + count - 1)
                continue;
            lane.Arena.LookAgain();
            lane.Arena.WaitUntil(lane, lane.Site, _own, static (own, waiting) => !waiting.Arena.Lanes.Any(other => IsStartedByCalls(other, waiting, (Lane?[])own!) && other is { IsEnabled: true, Pass.IsIdle: false }));
        }
    }

    private static bool IsStartedByCalls(Lane other, Lane waiting, Lane?[] own) => other.Number > own.Length && other.Number < waiting.Arena.LaneCount && Array.IndexOf(own, other) < 0;

    private void Invoke(int index, CallPlan call)
    {
        _begun[index] = ++_moment;
        // The same numbers for the same call, whoever goes first.
        var chance = Arena.Current!.Chance = new LaneChance(index);
        _records[index] = Arena.Current.Arena.ShadowOf<CallRecord>(chance);
        _records[index].Call = index;
        _records[index].Script = index < _scripts.Length ? _scripts[index] : null;
        if (_records[index].Script is { } script && GivenUp(script) is { } given)
        {
            _answers[index] = given;
            _ended[index] = ++_moment;
            return;
        }

        try
        {
            var prepared = _prepared[index];
            var answer = call.EndsPrevious ? End(index - 1) : call.IsTime && _landings?.PassesNothing(Arena.Current) == true ? null : call.Invoke(prepared);
            if (call.Waits is { } reader && answer is not null)
            {
                var lane = Arena.Current!;
                lane.Arena.WaitUntil(lane, lane.Site, (reader, answer), static (state, _) => ((ValueTuple<ResultReader, object>)state!) is var (awaits, task) && awaits.IsCompleted(task));
                answer = reader.Get(answer);
            }

            _given[index] = answer;
            answer = call.IsMaking && answer is not null && answer.GetType() == table.Type
                ? new MadeObject(table.Type.Name, PrivateState.OfCopy(answer))
                : CallAnswers.Taken(call, answer, code.Answers, endsLater: index + 1 < plan.Calls.Count && plan.Calls[index + 1].EndsPrevious);
            var outs = call.Method.GetParameters().Where(parameter => parameter.ParameterType.IsByRef).Select(parameter => prepared[parameter.Position + 1]).ToArray();
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
        _landings?.Answered(index, this);
    }
}

/// <summary>An invariant does not hold, or the answers contradict every order.</summary>
internal class InvariantBrokenException(string message) : Exception(message);

/// <summary>No order of the calls explains the answers, as far as is known.</summary>
internal sealed class UnexplainedAnswersException() : InvariantBrokenException("answers that no order of the calls explains");

/// <summary>No order of the calls explains the answers, but attempts were refused, and what that leads to is not known yet.</summary>
internal sealed class UntriedRefusalsException() : Exception("attempts were refused");

/// <summary>An argument could not be made: the call cannot be either.</summary>
internal sealed class UnmadeArgumentException(CallPlan call, Exception inner) : Exception($"an argument of {call} cannot be made", inner);
