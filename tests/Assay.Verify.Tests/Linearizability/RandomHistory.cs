namespace Assay.Verify.Tests.Histories;

/// <summary>Small random histories: mostly what a correct object could have answered, sometimes spoilt by a random answer.</summary>
internal static class RandomHistory
{
    public static History<TOp, TResult> Create<TState, TOp, TResult>(
        ISequentialModel<TState, TOp, TResult> model, Func<Random, TOp> input, Func<Random, TOp, TResult> anyResult, Random random,
        int calls = 5, int lanes = 3)
    {
        var builder = new HistoryBuilder<TOp, TResult>();
        var states = new Dictionary<object, TState>();
        var open = new Dictionary<int, TResult?>();
        for (var left = calls; left > 0 || open.Count > 0;)
        {
            var lane = random.Next(lanes);
            if (open.Remove(lane, out var result))
            {
                builder.Return(lane, result!);
            }
            else if (left-- > 0)
            {
                var call = input(random);
                open[lane] = Answer(model, states, call, anyResult, random);
                builder.Invoke(lane, call);
            }
            else if (random.Next(4) == 0)
            {
                break;
            }
        }

        return builder.Build();
    }

    // Takes effect at its beginning; which is legal whatever overlaps it.
    private static TResult Answer<TState, TOp, TResult>(
        ISequentialModel<TState, TOp, TResult> model, Dictionary<object, TState> states, TOp call, Func<Random, TOp, TResult> anyResult, Random random)
    {
        var part = model is SetModel<int> ? model.PartitionKey(call)! : "whole";
        var outcome = model.Apply(states.GetValueOrDefault(part, model.Initial), call).First();
        states[part] = outcome.State;
        return random.Next(5) == 0 ? anyResult(random, call) : outcome.Result;
    }
}
