using Assay.Verify.Exploration;
using Assay.Weaving.Models;

namespace Assay.Weaving.Programs;

/// <summary>Runs a program's calls, inside a run, and writes down what they answered and when they began and ended.</summary>
internal sealed class ProgramRun(ProgramPlan plan, MemberTable table, WovenCode code, int together, int[] boundaries)
{
    // Stands for a call that was cancelled, and got through all the same: what it had to wait for may have come just in time.
    private const string Whole = "whole";

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

    /// <summary>The call that a single-lane run was in when it could not go on.</summary>
    public int Begun(int call) => _begun[call];

    public int Ended(int call) => _ended[call];

    /// <summary>Call by call, which attempts were refused that did not wait for ever; empty when none was.</summary>
    public string Refused
    {
        get
        {
            var refused = string.Join(',', Enumerable.Range(0, plan.AfterStart).Select(call => HasGivenUp(call) ? _answers[call]!.GetType().Name : IsCancelled(call) ? Whole : _records[call]?.ToString()));
            return refused.Contains('0', StringComparison.Ordinal) || Enumerable.Range(0, plan.AfterStart).Any(IsCancelled) ? refused : "";
        }
    }

    /// <summary>Whether a call of a lane was cancelled, and gave up: it might have had no need to wait, and others may have counted on what it does.</summary>
    public bool HasAnyGivenUp => Enumerable.Range(plan.Before.Count, plan.AfterStart - plan.Before.Count).Any(HasGivenUp);

    /// <summary>A call that goes on after a wait has run out, or an attempt was refused, as if it held the lock, and gives it back; null when there is none.</summary>
    public CallPlan? GivesBackUntaken => Enumerable.Range(plan.Before.Count, plan.AfterStart - plan.Before.Count).Where(call =>
        (_answers[call] is SynchronizationLockException or SemaphoreFullException || _answers[call]?.GetType() == typeof(ApplicationException)) &&
        _records[call].ToString().Contains('0', StringComparison.Ordinal)).Select(call => plan.Calls[call]).FirstOrDefault();

    /// <summary>Whether a call was told of a cancellation that is none of its own: it has joined what another began.</summary>
    public bool HasJoinedCancelled => Enumerable.Range(0, plan.AfterStart).Any(HasGivenUp) && Enumerable.Range(0, plan.Calls.Count).Any(call => !plan.Calls[call].IsCancelled && _answers[call] is OperationCanceledException);

    private bool IsCancelled(int call) => plan.Calls[call].IsCancelled;

    private bool HasGivenUp(int call) => IsCancelled(call) && _answers[call] is OperationCanceledException { InnerException: null } given && GivenUp(given.GetType().Name) is not null;

    // What a call that was cancelled throws where it does nothing else.
    private static OperationCanceledException? GivenUp(string name) => name switch
    {
        nameof(OperationCanceledException) => new OperationCanceledException(),
        nameof(TaskCanceledException) => new TaskCanceledException(),
        _ => null,
    };

    /// <summary>The calls of lanes that only read a number while another call ran work it was handed.</summary>
    public List<int> Gauges() =>
    [
        .. Enumerable.Range(plan.Before.Count, plan.AfterStart - plan.Before.Count).Where(call => plan.Calls[call].IsGauge && _ended[call] > 0 &&
            Enumerable.Range(plan.Before.Count, plan.AfterStart - plan.Before.Count).Any(other => other != call &&
                (_records[call] is { ReadsGauge: true } || _records[other] is { RunsWork: true }) && _begun[other] < _ended[call] && (_ended[other] == 0 || _begun[call] < _ended[other]))),
    ];

    /// <summary>The first call that has begun and not ended; null when there is none.</summary>
    public CallPlan? Waiting => Enumerable.Range(0, plan.AfterStart).Where(call => _begun[call] > 0 && _ended[call] == 0).Select(call => plan.Calls[call]).FirstOrDefault();

    /// <summary>Whether a call has ended, wherever it stands.</summary>
    public bool HasEnded(CallPlan call) => Enumerable.Range(0, plan.AfterStart).Any(index => plan.Calls[index] == call && _ended[index] > 0);

    /// <summary>Whether others may hold what calls share.</summary>
    public bool SharesOthers => _objects.HasOthers;

    /// <summary>What a call answered, or threw.</summary>
    public object? Answer(int call) => _answers[call];

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

    /// <summary>Everything that was answered, so that equal outcomes read equal.</summary>
    public string Outcome()
    {
        var rendering = new Rendering();
        return string.Join(" | ", Enumerable.Range(0, plan.Calls.Count).Select(call => Shown(rendering, call)).Append(_inside));
    }

    /// <summary>The answers call by call, for a reader.</summary>
    public IEnumerable<(CallPlan Call, string Answer)> Answers()
    {
        var rendering = new Rendering();
        return plan.Calls.Select((call, index) => (call, Shown(rendering, index))).ToList();
    }

    /// <summary>What one call answered, where that can be told without the others and does not change.</summary>
    public string? PlainAnswer(int call) => _answers[call] is null or string or Exception || _answers[call]!.GetType().IsPrimitive ? Shown(new Rendering(), call) : null;

    private string Shown(Rendering rendering, int call) => _ended[call] == 0 ? (_begun[call] == 0 ? "-" : "waits") : _answers[call] is Exception ? rendering.Of(_answers[call]) : plan.Calls[call].HasAnswer ? rendering.Of(_answers[call]) : "done";

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
