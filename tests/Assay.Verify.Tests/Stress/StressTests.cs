using System.Collections.Concurrent;
using Assay.Verify.Tests.Mutants;

namespace Assay.Verify.Tests.Stressing;

public class StressTests
{
    [Fact]
    public void A_counter_that_loses_updates_is_caught()
    {
        var result = Run(new CounterModel(), () => new RacyCounter(), (_, _) => new CounterCall(1), (counter, call) => counter.Add(call.Amount), 2000);
        Assert.NotNull(result.Violation);
        Assert.Equal(2, result.Violation.Minimal.Operations.Count);
    }

    [Fact]
    public void The_concurrent_queue_of_the_platform_is_linearizable()
    {
        var result = Run<ConcurrentQueue<int>, System.Collections.Immutable.ImmutableArray<int>, SequenceCall<int>, Reply<int>>(
            new QueueModel<int>(),
            () => new ConcurrentQueue<int>(),
            (random, _) => random.Next(2) == 0 ? new SequenceCall<int>.Take() : new SequenceCall<int>.Put(random.Next(100)),
            (queue, call) =>
            {
                if (call is not SequenceCall<int>.Put put)
                    return queue.TryDequeue(out var item) ? Reply<int>.Of(item) : Reply<int>.No;
                queue.Enqueue(put.Item);
                return Reply<int>.Done;
            },
            300);
        Assert.False(result.HasFailed, result.ToString());
        Assert.Equal((300, 0), (result.Rounds, result.UndecidedRounds));
        Assert.Equal(15, result.LastHistory.Operations.Count);
    }

    [Fact]
    public void What_a_call_throws_ends_the_run_and_the_call_stays_pending()
    {
        var result = Run<object, long, CounterCall, long>(
            new CounterModel(), () => new object(), (_, _) => CounterCall.Read, (_, _) => throw new FormatException("broken"), 5);
        Assert.IsType<FormatException>(result.Exception);
        Assert.Equal(1, result.Rounds);
        Assert.All(result.LastHistory.Operations, operation => Assert.True(operation.IsPending));
    }

    [Fact]
    public void The_same_seed_makes_the_same_calls()
    {
        var inputs = new[] { 4, 4, 5 }.Select(seed => string.Join(',', Stress.Run(
            new SetModel<int>(), () => new Lock(), (random, _) => new SetCall<int>(SetAction.Contains, random.Next(1000)), (_, _) => false,
            new StressOptions { Rounds = 2, Seed = seed }, TestContext.Current.CancellationToken)
            .LastHistory.Operations.OrderBy(operation => operation.Lane).Select(operation => operation.Input))).ToList();
        Assert.Equal(inputs[0], inputs[1]);
        Assert.NotEqual(inputs[0], inputs[2]);
    }

    private static StressResult<TOp, TResult> Run<TSubject, TState, TOp, TResult>(
        ISequentialModel<TState, TOp, TResult> model, Func<TSubject> create, Func<Random, int, TOp> nextCall,
        Func<TSubject, TOp, TResult> execute, int rounds) =>
        Stress.Run(model, create, nextCall, execute, new StressOptions { Rounds = rounds, Seed = 11 }, TestContext.Current.CancellationToken);
}
