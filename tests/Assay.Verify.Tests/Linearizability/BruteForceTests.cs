namespace Assay.Verify.Tests.Histories;

/// <summary>The checker agrees with the definition on thousands of small random histories, and its witnesses and counter-examples hold.</summary>
public class BruteForceTests
{
    private const int Histories = 3000;

    [Fact]
    public void Register_histories_agree() => Agree(
        new RegisterModel<int>(0),
        random => random.Next(4) switch
        {
            0 => new RegisterCall<int>.Write(random.Next(3)),
            1 => new RegisterCall<int>.CompareExchange(random.Next(3), random.Next(3)),
            _ => new RegisterCall<int>.Read(),
        },
        (random, call) => call is RegisterCall<int>.Read ? Reply<int>.Of(random.Next(3))
            : call is RegisterCall<int>.Write ? Reply<int>.Done : random.Next(2) == 0 ? Reply<int>.Done : Reply<int>.No);

    [Fact]
    public void Queue_histories_agree() => Agree(new QueueModel<int>(), AnySequenceCall, AnySequenceReply);

    [Fact]
    public void Stack_histories_agree() => Agree(new StackModel<int>(capacity: 2), AnySequenceCall, AnySequenceReply);

    [Fact]
    public void Set_histories_agree_part_by_part() => Agree(
        new SetModel<int>(), random => new SetCall<int>((SetAction)random.Next(3), random.Next(2)), (random, _) => random.Next(2) == 0);

    [Fact]
    public void Dictionary_histories_agree_with_and_without_parts() => Agree(
        new DictionaryModel<int, int>(),
        random => random.Next(13) switch
        {
            0 => new DictionaryCall<int, int>.Clear(),
            < 4 => new DictionaryCall<int, int>.Get(random.Next(2)),
            < 7 => new DictionaryCall<int, int>.Set(random.Next(2), random.Next(2)),
            < 10 => new DictionaryCall<int, int>.Add(random.Next(2), random.Next(2)),
            _ => new DictionaryCall<int, int>.Remove(random.Next(2)),
        },
        (random, call) => call is DictionaryCall<int, int>.Clear or DictionaryCall<int, int>.Set ? Reply<int>.Done
            : random.Next(3) == 0 ? Reply<int>.No : call is DictionaryCall<int, int>.Add ? Reply<int>.Done : Reply<int>.Of(random.Next(2)));

    private static SequenceCall<int> AnySequenceCall(Random random) =>
        random.Next(2) == 0 ? new SequenceCall<int>.Take() : new SequenceCall<int>.Put(random.Next(3));

    private static Reply<int> AnySequenceReply(Random random, SequenceCall<int> call) =>
        random.Next(4) == 0 ? Reply<int>.No : call is SequenceCall<int>.Put ? Reply<int>.Done : Reply<int>.Of(random.Next(3));

    private static void Agree<TState, TOp, TResult>(
        ISequentialModel<TState, TOp, TResult> model, Func<Random, TOp> input, Func<Random, TOp, TResult> anyResult)
    {
        var (legal, illegal) = (0, 0);
        for (var seed = 0; seed < Histories; seed++)
        {
            var history = RandomHistory.Create(model, input, anyResult, new Random(seed));
            var expected = BruteForce.IsLinearizable(model, history);
            var verdict = Checked.By(model, history);
            Assert.True(expected == verdict.IsLinearizable && expected != verdict.IsViolation, $"seed {seed}:\n{history}\n{verdict}");
            if (verdict is Verdict<TOp, TResult>.Linearizable found)
                HoldsWitness(model, history, found.Witness);
            if (verdict is Verdict<TOp, TResult>.Violation violation)
                HoldsCounterExample(model, history, violation);
            (legal, illegal) = expected ? (legal + 1, illegal) : (legal, illegal + 1);
        }

        // Both kinds must be common, or the agreement says little.
        Assert.True(legal > Histories / 10 && illegal > Histories / 10, $"{legal} legal, {illegal} illegal");
    }

    private static void HoldsWitness<TState, TOp, TResult>(
        ISequentialModel<TState, TOp, TResult> model, History<TOp, TResult> history, IReadOnlyList<Operation<TOp, TResult>> witness)
    {
        Assert.True(BruteForce.KeepsRealTime(witness));
        Assert.Empty(history.Operations.Where(operation => !operation.IsPending).Except(witness));
        Assert.Equal(witness.Count, witness.Distinct().Count());
        Assert.True(BruteForce.IsLegal(model, witness));
    }

    private static void HoldsCounterExample<TState, TOp, TResult>(
        ISequentialModel<TState, TOp, TResult> model, History<TOp, TResult> history, Verdict<TOp, TResult>.Violation violation)
    {
        var minimal = violation.Minimal.Operations.Select(operation => operation.Invoked).ToHashSet();
        Assert.True(violation.IsMinimal);
        Assert.NotEmpty(violation.Unplaceable);
        Assert.False(Forgetting(model, history, minimal, forgotten: null), "still a violation when all other returns are forgotten");
        foreach (var call in minimal)
            Assert.True(Forgetting(model, history, minimal, call), "legal once any of its own returns is forgotten");
    }

    private static bool Forgetting<TState, TOp, TResult>(
        ISequentialModel<TState, TOp, TResult> model, History<TOp, TResult> history, HashSet<long> kept, long? forgotten)
    {
        var relaxed = history.Operations.Select(operation => kept.Contains(operation.Invoked) && operation.Invoked != forgotten
            ? operation : operation with { Returned = null, Result = default });
        return BruteForce.IsLinearizable(model, new History<TOp, TResult>(relaxed));
    }
}
