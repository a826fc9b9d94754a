namespace Assay.Verify;

/// <summary>Decides whether a concurrent history could have happened on an object whose calls take effect one at a time.</summary>
public static class Linearizability
{
    /// <summary>
    /// Searches an order of the calls that the model allows and that keeps every call that returned before another began in front of it
    /// (Herlihy and Wing 1990). Pending calls may take effect or not. Worst case exponential in the calls that overlap.
    /// </summary>
    /// <typeparam name="TState">The model's state.</typeparam>
    /// <typeparam name="TOp">What is asked of the object.</typeparam>
    /// <typeparam name="TResult">What it answers.</typeparam>
    /// <param name="model">The specification.</param>
    /// <param name="history">What happened.</param>
    /// <param name="options">The budget; the default when null.</param>
    /// <param name="cancellationToken">Ends the check early.</param>
    /// <returns>A witness, a minimal counter-example, or undecided when the budget ended.</returns>
    /// <exception cref="OperationCanceledException">The check was cancelled.</exception>
    public static Verdict<TOp, TResult> Check<TState, TOp, TResult>(
        ISequentialModel<TState, TOp, TResult> model,
        History<TOp, TResult> history,
        CheckOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(history);
        options ??= new CheckOptions();
        var budget = new StepBudget(options.MaxSteps, cancellationToken);
        var witnesses = new List<IReadOnlyList<Operation<TOp, TResult>>>();
        var undecided = false;
        foreach (var (key, part) in Partition(model, history))
        {
            var search = new LinearizationSearch<TState, TOp, TResult>(model, part, budget);
            var end = search.Run();
            if (end == SearchEnd.Impossible)
                return Explain(model, key, part, options, cancellationToken);
            undecided |= end == SearchEnd.OutOfBudget;
            witnesses.Add(search.Longest);
        }

        if (undecided)
            return new Verdict<TOp, TResult>.Undecided(budget.Spent);
        return new Verdict<TOp, TResult>.Linearizable(WitnessMerge.Merge(witnesses));
    }

    private static IEnumerable<(object? Key, IReadOnlyList<Operation<TOp, TResult>> Part)> Partition<TState, TOp, TResult>(
        ISequentialModel<TState, TOp, TResult> model, History<TOp, TResult> history)
    {
        var keyed = history.Operations.Select(operation => (Key: model.PartitionKey(operation.Input), operation)).ToList();
        // One call that touches several parts ties them together: the parts are no longer separate objects.
        if (keyed.Exists(pair => pair.Key is null))
            return [(null, history.Operations)];
        return keyed.GroupBy(pair => pair.Key, pair => pair.operation)
            .Select(part => (part.Key, (IReadOnlyList<Operation<TOp, TResult>>)[.. part]));
    }

    private static Verdict<TOp, TResult>.Violation Explain<TState, TOp, TResult>(
        ISequentialModel<TState, TOp, TResult> model,
        object? key,
        IReadOnlyList<Operation<TOp, TResult>> part,
        CheckOptions options,
        CancellationToken cancellationToken)
    {
        var shrinker = new CounterExampleShrinker<TState, TOp, TResult>(model, new StepBudget(options.MaxShrinkSteps, cancellationToken));
        var minimal = shrinker.Shrink(part);
        var search = new LinearizationSearch<TState, TOp, TResult>(model, minimal, new StepBudget(options.MaxSteps, cancellationToken));
        search.Run();
        return new Verdict<TOp, TResult>.Violation
        {
            Minimal = new History<TOp, TResult>(minimal),
            IsMinimal = shrinker.IsExact,
            LongestPrefix = search.Longest,
            Unplaceable = search.Unplaceable,
            PartitionKey = key,
        };
    }
}
