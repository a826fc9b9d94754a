using System.Runtime.CompilerServices;

namespace Assay.Reference.RateLimiting;

/// <summary>
/// Limits in several dimensions: a request names keys, such as its tenant, its endpoint and the whole service, and takes its permits from
/// the limits of all of them or from none. A rejection changes nothing and tells the longest of the times to retry. Bounded in keys; a
/// sweep cannot be noticed. Safe for concurrent use.
/// </summary>
/// <remarks>
/// Each key's limit has a lock. A request takes those it needs in the order in which the limits were made, whatever the order of its
/// keys, so no two requests wait for each other in a circle, and it holds them while it looks at all limits and then takes.
/// </remarks>
/// <typeparam name="TKey">
/// The key of any dimension: let it tell the dimensions apart, as the text "tenant:42" or a record of both does.
/// </typeparam>
public sealed class JointKeyedLimit<TKey>
    where TKey : notnull
{
    /// <summary>The most keys of one request.</summary>
    public const int MostKeys = JointDecision.MostLimits;

    private readonly BoundedKeys<TKey, JointCell> _cells;
    private long _cellsMade;

    // The clock of the first limit made; all count by it.
    private TimeProvider? _clock;

    /// <summary>Creates it without keys.</summary>
    /// <param name="create">
    /// Makes the limit of a new key, a new one each time and all on one clock. It may run for a key more than once; one result is used.
    /// </param>
    /// <param name="maxKeys">The most keys at once; a request with one more is rejected until a sweep has made room.</param>
    /// <param name="comparer">When two keys are one; the type's own equality when null.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxKeys"/> is not positive.</exception>
    public JointKeyedLimit(Func<TKey, PermitLimit> create, int maxKeys, IEqualityComparer<TKey>? comparer = null)
    {
        ArgumentNullException.ThrowIfNull(create);
        _cells = new BoundedKeys<TKey, JointCell>(key => Made(create(key)), static cell => cell.TryRetire(), maxKeys, comparer);
    }

    /// <summary>The keys whose state is kept.</summary>
    public int Count => _cells.Count;

    /// <summary>Takes permits from the limits of all keys, or from none.</summary>
    /// <param name="keys">One to <see cref="MostKeys"/>, in any order. A key named twice gives twice the permits.</param>
    /// <param name="permits">How many of each; zero asks whether one is available and takes none.</param>
    /// <returns>
    /// The decision, with the fewest permits that remain under any of the keys; with <see cref="PermitLimit.UnknownTicks"/> to retry when
    /// there is no room for a key.
    /// </returns>
    /// <exception cref="ArgumentException">There is no key, or there are too many.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="permits"/> is negative or more than a limit's capacity.</exception>
    public Decision TryAcquire(ReadOnlySpan<TKey> keys, int permits = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(permits);
        if (keys.Length is 0 or > MostKeys)
            throw new ArgumentException($"One to {MostKeys} keys can be asked for, not {keys.Length}.", nameof(keys));
        var cells = default(Cells);
        Span<int> times = stackalloc int[MostKeys];
        while (true)
        {
            var count = Gather(keys, cells, times);
            if (count == 0)
                return new Decision(false, PermitLimit.UnknownTicks, 0);
            if (TryDecide(cells[..count], times, permits, out var decision))
                return decision;
            Forget(keys);
        }
    }

    /// <summary>As <see cref="TryAcquire(ReadOnlySpan{TKey}, int)"/> for two keys, the most frequent number, and faster.</summary>
    /// <param name="first">A key.</param>
    /// <param name="second">Another, in either order, or the same again.</param>
    /// <param name="permits">How many of each; zero asks whether one is available and takes none.</param>
    /// <returns>The decision.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="permits"/> is negative or more than a limit's capacity.</exception>
    public Decision TryAcquire(TKey first, TKey second, int permits = 1)
    {
        while (permits > 0 && _cells.TryGet(first, out var low) && _cells.TryGet(second, out var high) && low != high)
        {
            if (low.Number > high.Number)
                (low, high) = (high, low);
            var decision = JointCell.TryAcquire(low, high, permits, low.Limit.Now);
            if (!decision.IsRetired)
                return decision;
            Forget([first, second]);
        }

        return TryAcquire([first, second], permits);
    }

    /// <summary>
    /// Changes the limits of all keys, new ones included, in one step: every request is decided by the old limits of all its keys or by the
    /// new ones. What each change means is told at <see cref="PermitLimit.ChangeTo"/>. Requests wait meanwhile, some hundred nanoseconds a key.
    /// </summary>
    /// <param name="create">Makes the limit whose numbers count for a key; of the same kind as before. It may run for a key more than once.</param>
    /// <exception cref="ArgumentException">A key's limit would be of another kind, or on another clock. Nothing has changed.</exception>
    /// <exception cref="InvalidOperationException">A limit that was made cannot be used here at all. Nothing has changed.</exception>
    public void ChangeTo(Func<TKey, PermitLimit> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        _cells.Change(key => Made(create(key)), static changes =>
        {
            foreach (var (cell, terms) in changes)
                cell.Limit.ThrowIfNoTerms(terms.Limit);
            // In the order in which requests enter, all at once: who names two keys never meets one of each kind.
            changes.Sort(static (one, other) => one.State.Number.CompareTo(other.State.Number));
            foreach (var (cell, _) in changes)
                cell.Enter();
            foreach (var (cell, terms) in changes)
            {
                cell.TakeOver(terms.Limit, cell.Limit.Now);
                cell.Exit();
            }
        });
    }

    /// <summary>Drops the limits whose permits are all available. Call it now and then, from one timer.</summary>
    /// <returns>How many were dropped.</returns>
    public int Sweep() => _cells.Sweep();

    // The cells of the keys, each once, in the order of their numbers, and how often each is named. None when there is no room for one.
    private int Gather(ReadOnlySpan<TKey> keys, Span<JointCell> cells, Span<int> times)
    {
        var count = 0;
        foreach (var key in keys)
        {
            if (!_cells.TryGet(key, out var cell))
                return 0;
            var place = count;
            while (place > 0 && cells[place - 1].Number > cell.Number)
                place--;
            if (place > 0 && cells[place - 1] == cell)
            {
                times[place - 1]++;
                continue;
            }

            for (var moved = count++; moved > place; moved--)
                (cells[moved], times[moved]) = (cells[moved - 1], times[moved - 1]);
            (cells[place], times[place]) = (cell, 1);
        }

        return count;
    }

    // Not decided when a cell was swept meanwhile.
    private static bool TryDecide(ReadOnlySpan<JointCell> cells, ReadOnlySpan<int> times, int permits, out Decision decision)
    {
        var (now, entered, isKept) = (cells[0].Limit.Now, 0, true);
        try
        {
            while (entered < cells.Length)
                cells[entered++].Enter();
            for (var i = 0; i < cells.Length; i++)
            {
                cells[i].Ask((long)times[i] * Math.Max(1, permits));
                isKept &= !cells[i].IsRetired;
            }

            decision = isKept ? JointDecision.Of(cells, now, isTaking: permits > 0) : default;
            return isKept;
        }
        finally
        {
            while (entered > 0)
                cells[--entered].Exit();
        }
    }

    private void Forget(ReadOnlySpan<TKey> keys)
    {
        foreach (var key in keys)
        {
            if (_cells.TryFind(key, out var cell) && cell.IsRetired)
                _cells.Forget(key, cell);
        }
    }

    private JointCell Made(PermitLimit limit)
    {
        if (limit.ReturnsPermits)
            throw new InvalidOperationException("Permits that are held must be returned to a limit that is not dropped: use a limit over time.");
        if ((Interlocked.CompareExchange(ref _clock, limit.Clock, null) ?? limit.Clock) != limit.Clock)
            throw new InvalidOperationException("Limits with different clocks have no common instant at which to decide.");
        return new JointCell(limit, Interlocked.Increment(ref _cellsMade));
    }

    [InlineArray(MostKeys)]
    private struct Cells
    {
        private JointCell _first;
    }
}
