namespace Assay.Verify;

/// <summary>
/// Leaves calls out of a violating history while it stays a violation (Zeller and Hildebrandt's delta debugging, 2002). A call is left
/// out by forgetting its return, not by deleting it: it may then take effect at any later time or never. Deleting would be unsound,
/// since a read without the write it saw contradicts the model though the program did nothing wrong.
/// </summary>
internal sealed class CounterExampleShrinker<TState, TOp, TResult>(ISequentialModel<TState, TOp, TResult> model, StepBudget budget)
{
    // Forgetting returns widens the search; one hard question must not eat the budget of the many easy ones.
    private const long StepsForOneQuestion = 200_000;

    /// <summary>Whether every question so far was answered, so that the result is minimal.</summary>
    public bool IsExact { get; private set; } = true;

    public List<Operation<TOp, TResult>> Shrink(IReadOnlyList<Operation<TOp, TResult>> violating)
    {
        var operations = ShortestPrefix(violating);
        var required = Enumerable.Range(0, operations.Count).Where(index => !operations[index].IsPending).ToList();
        for (var chunk = Math.Max(1, required.Count / 2); chunk >= 1; chunk /= 2)
            required = WithoutChunks(operations, required, chunk);
        return [.. required.Select(index => operations[index])];
    }

    // Violations only grow with the required calls, so one pass with chunks of one leaves nothing more to drop.
    private List<int> WithoutChunks(List<Operation<TOp, TResult>> operations, List<int> required, int chunk)
    {
        var exactBefore = IsExact;
        for (var start = 0; start < required.Count;)
        {
            var dropped = required.GetRange(start, Math.Min(chunk, required.Count - start));
            var kept = required.Except(dropped).ToHashSet();
            var relaxed = operations.Select((operation, index) => kept.Contains(index) ? operation : Relaxed(operation));
            if (Violates([.. relaxed]))
                required.RemoveRange(start, dropped.Count);
            else
                start += dropped.Count;
        }

        // An unanswered question about a large chunk is asked again in smaller ones.
        if (chunk > 1)
            IsExact = exactBefore;
        return required;
    }

    // Linearizability is closed under prefixes of the event sequence, so the first violating return can be bisected.
    private List<Operation<TOp, TResult>> ShortestPrefix(IReadOnlyList<Operation<TOp, TResult>> operations)
    {
        var returns = operations.Where(operation => !operation.IsPending).Select(operation => operation.Returned!.Value).Order().ToList();
        var (low, high) = (0, returns.Count - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Violates(Prefix(operations, returns[middle])))
                high = middle;
            else
                low = middle + 1;
        }

        // Unanswered questions make the prefix longer than needed, not the result wrong: `high` is known to violate.
        IsExact = true;
        return Prefix(operations, returns[high]);
    }

    private static List<Operation<TOp, TResult>> Prefix(IReadOnlyList<Operation<TOp, TResult>> operations, long end) =>
        [.. operations.Where(operation => operation.Invoked < end).Select(operation => operation.Returned > end ? Relaxed(operation) : operation)];

    private static Operation<TOp, TResult> Relaxed(Operation<TOp, TResult> operation) => operation with { Returned = null, Result = default };

    private bool Violates(IReadOnlyList<Operation<TOp, TResult>> operations)
    {
        var slice = budget.Slice(StepsForOneQuestion);
        var end = new LinearizationSearch<TState, TOp, TResult>(model, operations, slice).Run();
        budget.Charge(slice);
        IsExact &= end != SearchEnd.OutOfBudget;
        return end == SearchEnd.Impossible;
    }
}
