namespace Assay.Verify;

/// <summary>
/// Remembers the configurations a search has entered (Lowe's memory): the placed calls and the model's state. Of two configurations that
/// differ in the pending calls placed, the one with fewer can still do all the other can, so the other is not entered.
/// </summary>
internal sealed class ConfigurationMemory<TState>(IEqualityComparer<TState> states, bool hasPending, StepBudget budget)
{
    private const int SetsPerStep = 32;

    // For each set of returned calls and state, the sets of pending calls it was entered with; null when there are no pending calls.
    private readonly Dictionary<(PlacedSet Returned, TState State), List<Entry>?> _entered = new(new ConfigurationComparer(states));

    public bool TryEnter(PlacedSet returned, PlacedSet pending, TState state, int maxPending)
    {
        if (!_entered.TryGetValue((returned, state), out var entries))
        {
            _entered.Add((returned.Copy(), state), hasPending ? [new Entry(pending.Copy(), maxPending)] : null);
            return true;
        }

        if (entries is null || IsDominated(entries, pending, maxPending))
            return false;
        entries.RemoveAll(entry => entry.Pending.SameAs(pending));
        entries.Add(new Entry(pending.Copy(), maxPending));
        return true;
    }

    /// <summary>Whether entering this configuration would be of no use.</summary>
    public bool IsDominated(PlacedSet returned, PlacedSet pending, TState state, int maxPending) =>
        _entered.TryGetValue((returned, state), out var entries) && (entries is null || IsDominated(entries, pending, maxPending));

    // An entry of an earlier round could place fewer pending calls in all, so it must have been ahead by at least as many.
    private bool IsDominated(List<Entry> entries, PlacedSet pending, int maxPending)
    {
        for (var index = 0; index < entries.Count; index++)
        {
            var (placed, limit) = entries[index];
            if (pending.Count - placed.Count >= maxPending - limit && placed.IsSubsetOf(pending))
                return true;
            // Long lists cost as much as new configurations do, and are charged alike.
            if (index % SetsPerStep == SetsPerStep - 1)
                budget.TrySpend();
        }

        return false;
    }

    private readonly record struct Entry(PlacedSet Pending, int MaxPending);

    private sealed class ConfigurationComparer(IEqualityComparer<TState> states) : IEqualityComparer<(PlacedSet Returned, TState State)>
    {
        public bool Equals((PlacedSet Returned, TState State) x, (PlacedSet Returned, TState State) y) =>
            x.Returned.SameAs(y.Returned) && states.Equals(x.State, y.State);

        public int GetHashCode((PlacedSet Returned, TState State) obj) =>
            HashCode.Combine(obj.Returned.GetHashCode(), obj.State is null ? 0 : states.GetHashCode(obj.State));
    }
}
