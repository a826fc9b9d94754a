using System.Collections;
using System.Reflection;
using Assay.Verify;
using Assay.Verify.Exploration;
using Assay.Weaving;
using Assay.Weaving.Observed;

namespace Assay.Exercises;

/// <summary>Explores programs over a woven copy of a submission in this process.</summary>
internal sealed class LocalExploration(WovenCode code)
{
    /// <summary>All the ways in which a program comes out.</summary>
    public Explored Explore(ExploredProgram program, int seed, int schedules)
    {
        // Static state is put back by each run, so two explorations of one copy would disturb each other.
        lock (code)
        {
            using var observation = Prepare(program, new ObservationOptions { Seed = seed, MaxRuns = schedules });
            if (!StallWatch.TryRun(observation.Explore, () => observation.Progress, out var seen))
                return new Explored([], 0, $"the code waits for, or computes, something that exploration has no hold on{(observation.Place is { } at ? $", after {at}" : "")}");
            return new Explored([.. seen!.Outcomes.Select(outcome => Outcome(program, outcome))], seen.Runs);
        }
    }

    /// <summary>One schedule again.</summary>
    public ExploredReplay? Replay(ExploredProgram program, string schedule, bool simplifies)
    {
        lock (code)
        {
            using var observation = Prepare(program, new ObservationOptions());
            if (!StallWatch.TryRun(() => observation.Replay(schedule, simplifies), () => observation.Progress, out var replay))
                return null;
            return new ExploredReplay(Outcome(program, replay!.Outcome), [.. replay.Finding.Steps.Where(step => step.Site.Kind != SiteKind.Loop).Select(Step)]);
        }
    }

    private Observation Prepare(ExploredProgram program, ObservationOptions options)
    {
        var type = LocalSubject.ClassOf(code.Assembly, program.Contract);
        var constructor = type.GetConstructors()[0];
        var loads = new ScriptedLoads();
        var observed = new ObservedProgram(
            clock => constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, [.. program.Arguments, clock], null),
            [.. program.Before.Select(moment => new ObservedMoment(moment.Call is { } call ? Observed(call) : null, moment.Passes))],
            [.. program.Lanes.Select(lane => lane.Select(Observed).ToList())],
            [.. program.After.Select(Observed)],
            loads);
        return new Observation(code, observed, Keep, options);

        ObservedCall Observed(Call call) =>
            ObservedCall.Of(call.ToString(), call.Method, [.. call.Arguments.Select(argument => Scripts.Of(argument) is { } script ? loads.Of(script) : argument)]);
    }

    // A list is read at once, by the lane that was given it; later the candidate may change it.
    private static KeptAnswer Keep(ObservedCall call, object? value)
    {
        if (value is null or string or not IEnumerable)
            return new KeptAnswer(value is null ? "null" : $"{value.GetType().Name} {value}", value);
        var items = new ArrayList();
        foreach (var item in (IEnumerable)value)
            items.Add(item);
        var element = call.Returns.IsGenericType ? call.Returns.GetGenericArguments()[0] : typeof(object);
        return new KeptAnswer(string.Join('\n', items.Cast<object?>()), items.ToArray(element));
    }

    private static ExploredOutcome Outcome(ExploredProgram program, ObservedOutcome outcome) => new(
        ExploredForm.End(outcome.End.Kind),
        ObservedText.Reason(outcome.End),
        ExploredForm.History(program, [.. outcome.Answers.Select(answer => new AnsweredCall(answer.Began, answer.Ended, new Answer(answer.Value, answer.Thrown)))]),
        outcome.Loads,
        outcome.Steps,
        outcome.Schedule,
        outcome.Number);

    private static RaceStep Step(LoggedStep step) => new(
        step.Lane, step.LaneName, step.Site.File, step.Site.Line, ObservedText.Does(step), step.Target, step.Value, step.Held, step.Waits);
}
