namespace Assay.Verify.Tests.Histories;

/// <summary>The definition of linearizability, written down: some subset of pending calls and some permutation is legal.</summary>
internal static class BruteForce
{
    public static bool IsLinearizable<TState, TOp, TResult>(ISequentialModel<TState, TOp, TResult> model, History<TOp, TResult> history)
    {
        var pending = history.Operations.Where(operation => operation.IsPending).ToList();
        for (var chosen = 0; chosen < 1 << pending.Count; chosen++)
        {
            var kept = history.Operations.Where(operation => !operation.IsPending || (chosen >> pending.IndexOf(operation) & 1) == 1).ToList();
            if (Permutations(kept, 0).Any(order => KeepsRealTime(order) && IsLegal(model, order)))
                return true;
        }

        return false;
    }

    public static bool KeepsRealTime<TOp, TResult>(IReadOnlyList<Operation<TOp, TResult>> order)
    {
        for (var later = 1; later < order.Count; later++)
            for (var earlier = 0; earlier < later; earlier++)
                if (order[later].Precedes(order[earlier]))
                    return false;
        return true;
    }

    // A set's state speaks of one element only. Every other model is replayed as a whole, to cross-check the checker's partitioning.
    public static bool IsLegal<TState, TOp, TResult>(ISequentialModel<TState, TOp, TResult> model, IReadOnlyList<Operation<TOp, TResult>> order) =>
        order.GroupBy(operation => model is SetModel<int> ? model.PartitionKey(operation.Input) : null).All(part => IsLegalPart(model, part));

    private static bool IsLegalPart<TState, TOp, TResult>(
        ISequentialModel<TState, TOp, TResult> model, IEnumerable<Operation<TOp, TResult>> order)
    {
        List<TState> states = [model.Initial];
        foreach (var operation in order)
            states = [.. states.SelectMany(state => model.Apply(state, operation.Input))
                .Where(outcome => operation.IsPending || Equals(outcome.Result, operation.Result)).Select(outcome => outcome.State)];
        return states.Count > 0;
    }

    private static IEnumerable<List<T>> Permutations<T>(List<T> items, int fixedCount)
    {
        if (fixedCount == items.Count)
            yield return items;
        for (var index = fixedCount; index < items.Count; index++)
        {
            (items[fixedCount], items[index]) = (items[index], items[fixedCount]);
            foreach (var permutation in Permutations(items, fixedCount + 1))
                yield return permutation;
            (items[fixedCount], items[index]) = (items[index], items[fixedCount]);
        }
    }
}
