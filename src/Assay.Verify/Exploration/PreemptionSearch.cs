using System.Numerics;

namespace Assay.Verify.Exploration;

/// <summary>
/// Iterative context bounding (Musuvathi and Qadeer 2007): every schedule with no preemption, then with one, then with two. Most defects need no
/// more, and the first found is the simplest. Each schedule extends its parent after the parent's last change; one that leads to a state that was met with as
/// few preemptions and the same lane running is left out, for all that can follow from there does so elsewhere.
/// </summary>
/// <param name="seed">Decides the order within one number of preemptions.</param>
/// <param name="mostPreemptions">The bound.</param>
/// <param name="order">Tells states apart; null to run every schedule.</param>
/// <param name="mostPending">How many schedules may wait to be run; what is beyond is left out, and the search is then not exhaustive.</param>
internal sealed class PreemptionSearch(int seed, int mostPreemptions, HappensBefore? order = null, int mostPending = 100_000) : Scheduler
{
    // What is met beyond is not remembered, and then met again.
    private const int MostStates = 1_000_000;

    private readonly Random _random = new(seed);

    // By number of preemptions.
    private readonly List<Pending>[] _pending = [.. Enumerable.Range(0, mostPreemptions + 1).Select(_ => new List<Pending>())];
    private readonly List<(int Level, Switch Change, ulong State)> _met = [];

    // By state, with how few preemptions it was met.
    private readonly Dictionary<ulong, int> _levels = [];
    private Switch[] _current = [];
    private int _level;
    private int _next;
    private (int, int)? _version;
    private bool _isKnown;
    private bool _isAtChange;

    /// <summary>Whether every schedule within the bound has been run, or one that comes to the same.</summary>
    public bool IsExhausted { get; private set; }

    /// <summary>Whether schedules were left out.</summary>
    public bool IsCut { get; private set; }

    public override bool Begin(Arena arena)
    {
        // New conflicts are new places: what was searched before did not know them.
        if (_version != Version(arena))
        {
            foreach (var level in _pending)
                level.Clear();
            _levels.Clear();
            _pending[0].Add(new Pending([], 0));
            (_version, IsCut) = (Version(arena), false);
        }

        _met.Clear();
        (_next, _isKnown, _isAtChange) = (0, false, false);
        for (_level = 0; _level < _pending.Length; _level++)
        {
            while (_pending[_level].Count > 0)
            {
                if (Take(_pending[_level]) is not { } pending)
                    continue;
                _current = pending;
                return true;
            }
        }

        IsExhausted = !IsCut;
        return false;
    }

    public override int Next(in Choice choice, Arena arena)
    {
        if (_next < _current.Length)
        {
            var change = _current[_next];
            if (change.From != choice.Lane || change.Step != choice.Step)
                return choice.Default;
            _isAtChange = ++_next == _current.Length;
            return (choice.Candidates >> change.To & 1) != 0 ? change.To : choice.Default;
        }

        var level = _level + (choice.CanGoOn ? 1 : 0);
        if (!_isKnown && level <= mostPreemptions)
        {
            for (var rest = choice.Candidates & ~(1UL << choice.Default); rest != 0; rest &= rest - 1)
            {
                var other = BitOperations.TrailingZeroCount(rest);
                _met.Add((level, new Switch(choice.Lane, choice.Step, other), order is null ? 0 : arena.StateAfter(arena.Lanes[other])));
            }
        }

        return choice.Default;
    }

    public override void Performed(Lane lane, Arena arena)
    {
        if (order is null || _isKnown || _next < _current.Length)
            return;
        // Where the last change leads was remembered when it was put aside for later.
        if (_isAtChange)
            _isAtChange = false;
        else
            _isKnown = !IsNew(arena.State(lane), _level);
    }

    public override void End(Arena arena)
    {
        if (_version != Version(arena))
            return;
        foreach (var (level, change, state) in _met)
        {
            if (_pending[level].Count >= mostPending)
                IsCut = true;
            else if (order is null || IsNew(state, level))
                _pending[level].Add(new Pending([.. _current, change], state));
        }
    }

    private (int, int) Version(Arena arena) => (arena.Conflicts.Version, order?.Version ?? 0);

    // Null when the same was met meanwhile with fewer preemptions.
    private Switch[]? Take(List<Pending> level)
    {
        var index = _random.Next(level.Count);
        var (switches, state) = level[index];
        level[index] = level[^1];
        level.RemoveAt(level.Count - 1);
        return order is not null && switches.Length > 0 && _levels.GetValueOrDefault(state, _level) < _level ? null : switches;
    }

    private bool IsNew(ulong state, int level)
    {
        if (_levels.TryGetValue(state, out var known) && known <= level)
            return false;
        if (_levels.Count < MostStates)
            _levels[state] = level;
        return true;
    }

    private readonly record struct Pending(Switch[] Switches, ulong State);
}
