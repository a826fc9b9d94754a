using Assay.Verify.Exploration;
using Assay.Weaving.Programs;

namespace Assay.Weaving.Observed;

/// <summary>Runs a program's calls, inside a run, and keeps what they answered and when they began and ended.</summary>
internal sealed class ObservedRun(ObservedProgram program, WovenCode code, Func<ObservedCall, object?, KeptAnswer> keep, SiteTable sites)
{
    private readonly ObservedAnswer[] _answers = new ObservedAnswer[program.Calls.Count];
    private readonly ResultReader?[] _readers = [.. program.Calls.Select(call => ResultReader.For(call.Returns))];
    private readonly int[] _calls = [.. program.Calls.Select(call => sites.Add(new Site(SiteKind.Boundary, call.Text, "program", "", 0)))];
    private readonly int _returns = sites.Add(new Site(SiteKind.Boundary, "answers", "program", "", 0));
    private readonly int _together = sites.Add(new Site(SiteKind.Boundary, "together", "program", "", 0));
    private readonly int _passes = sites.Add(new Site(SiteKind.Boundary, "time passes", "program", "", 0));
    private int _moment;
    private object _target = program;

    /// <summary>The program, once: the body of the arena's first lane.</summary>
    public void Execute()
    {
        Array.Clear(_answers);
        _moment = 0;
        program.Loads.Prepare(sites);
        var lane = Arena.Current!;
        lane.Site = _together;
        // Nobody races with the beginning and the end but what the object itself has started, so they are no places to interrupt.
        lane.Quiet++;
        code.Reset();
        _target = program.Create(RunClock.Instance);
        var call = 0;
        foreach (var moment in program.Before)
        {
            if (moment.Call is null)
                Pass(lane, moment.Passes);
            else
                Invoke(lane, call++);
        }

        Settle(lane);
        lane.Quiet--;
        var first = call;
        lane.Arena.Together(lane, _together, [.. program.Lanes.Select((calls, number) =>
        {
            var start = first;
            first += calls.Count;
            return ($"T{number + 1}", (Action)(() => RunLane(start, calls.Count)));
        })]);
        Settle(lane);
        lane.Quiet++;
        for (call = first; call < program.Calls.Count; call++)
            Invoke(lane, call);
    }

    public ObservedOutcome Outcome(RunEnd end, int steps, string schedule, int number) => new(end, [.. _answers], program.Loads.Count, steps, schedule, number);

    /// <summary>Equal for runs that the judge could not tell apart: the same answers, the same calls over before others began, the same end.</summary>
    public string Key(RunEnd end)
    {
        var key = new System.Text.StringBuilder().Append((int)end.Kind).Append(' ').Append(program.Loads.Count);
        if (end.Kind != RunEndKind.Completed)
            key.Append(' ').Append(end.Exception?.GetType().Name).Append(' ').AppendJoin(',', end.Waits.Select(wait => wait.Site.Line));
        foreach (var answer in _answers)
        {
            // Which calls were over when this one began is all that an order of the calls has to respect.
            var over = 0;
            foreach (var other in _answers)
                over += other.Ended > 0 && other.Ended < answer.Began ? 1 : 0;
            key.Append('\n').Append(answer.Began == 0 ? "-" : answer.Ended == 0 ? "?" : answer.Thrown ?? "=").Append(' ').Append(over).Append(' ').Append(answer.Form);
        }

        return key.ToString();
    }

    // What calls have started and left running comes to rest first, so that "afterwards" means the same under every schedule.
    private static void Settle(Lane lane) =>
        lane.Arena.WaitUntil(lane, lane.Site, null, static (_, waiting) => !waiting.Arena.Lanes.Any(other => other != waiting && other.Number < waiting.Arena.LaneCount && other.IsEnabled));

    private void Pass(Lane lane, TimeSpan time)
    {
        lane.Arena.WaitUntil(lane, _passes, null, static (_, _) => false, time);
        lane.TimedOut = false;
        Settle(lane);
    }

    private void RunLane(int start, int count)
    {
        var lane = Arena.Current!;
        for (var call = start; call < start + count; call++)
        {
            lane.Arena.Step(lane, _calls[call]);
            Invoke(lane, call);
        }
    }

    private void Invoke(Lane lane, int index)
    {
        var call = program.Calls[index];
        if (lane.Quiet > 0)
            lane.Arena.Log?.Add(lane, _calls[index], null);
        var began = ++_moment;
        _answers[index] = new ObservedAnswer(began, 0, null, null, null);
        try
        {
            var answer = call.Make(_target);
            if (_readers[index] is { } reader)
                answer = Awaited(lane, reader, answer);
            if (Arena.Current != lane)
                lane.Arena.Fail(lane, RunEndKind.Failed, "the code has taken its thread out of the explorer's hold");
            var kept = keep(call, answer);
            _answers[index] = new ObservedAnswer(began, ++_moment, null, kept.Form, kept.Value);
        }
        // To throw is an answer like any other; while a run ends it is none.
        catch (Exception exception) when (!lane.Arena.IsEnding)
        {
            _answers[index] = new ObservedAnswer(began, ++_moment, exception.GetType().FullName, null, null);
        }

        if (lane.Arena.Log is not { } log)
            return;
        log.Add(lane, _returns, null);
        log.AddValue(lane, _answers[index].Thrown ?? _answers[index].Value);
    }

    private static object? Awaited(Lane lane, ResultReader reader, object? answer)
    {
        if (answer is null)
            throw new InvalidOperationException("a null task was returned");
        lane.Arena.WaitUntil(lane, lane.Site, (reader, answer), static (state, _) => ((ValueTuple<ResultReader, object>)state!) is var (awaits, task) && awaits.IsCompleted(task));
        return reader.Get(answer);
    }
}
