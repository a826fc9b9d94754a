namespace Assay.Verify.Exploration;

/// <summary>
/// Iterative context bounding (Musuvathi and Qadeer 2007): every schedule with no preemption, then with one, then with two. Most defects need no
/// more, and the first found is the simplest. Each schedule is run once: it extends its parent after the parent's last change.
/// </summary>
/// <param name="seed">Decides the order within one number of preemptions.</param>
/// <param name="mostPreemptions">The bound.</param>
/// <param name="mostPending">How many schedules may wait to be run; what is beyond is left out, and the search is then not exhaustive.</param>
internal sealed class PreemptionSearch(int seed, int mostPreemptions, int mostPending = 100_000) : Scheduler
{
    private readonly Random _random = new(seed);

    // By number of preemptions.
    private readonly List<Switch[]>[] _pending = [.. Enumerable.Range(0, mostPreemptions + 1).Select(_ => new List<Switch[]>())];
    private readonly List<Choice> _met = [];
    private Switch[] _current = [];
    private int _level;
    private int _next;
    private int _version = -1;

    /// <summary>Whether every schedule within the bound has been run.</summary>
    public bool IsExhausted { get; private set; }

    /// <summary>Whether schedules were left out.</summary>
    public bool IsCut { get; private set; }

    public override bool Begin(Arena arena)
    {
        // New conflicts are new places: what was searched before did not know them.
        if (_version != arena.Conflicts.Version)
        {
            foreach (var level in _pending)
                level.Clear();
            _pending[0].Add([]);
            (_version, IsCut) = (arena.Conflicts.Version, false);
        }

        _met.Clear();
        _next = 0;
        for (_level = 0; _level < _pending.Length; _level++)
        {
            if (_pending[_level] is not { Count: > 0 } level)
                continue;
            var index = _random.Next(level.Count);
            _current = level[index];
            level[index] = level[^1];
            level.RemoveAt(level.Count - 1);
            return true;
        }

        IsExhausted = !IsCut;
        return false;
    }

    public override int Next(in Choice choice)
    {
        if (_next < _current.Length)
        {
            var change = _current[_next];
            if (change.From != choice.Lane || change.Step != choice.Step)
                return choice.Default;
            _next++;
            return (choice.Candidates >> change.To & 1) != 0 ? change.To : choice.Default;
        }

        _met.Add(choice);
        return choice.Default;
    }

    public override void End(Arena arena)
    {
        if (_version != arena.Conflicts.Version)
            return;
        foreach (var choice in _met)
        {
            var level = _level + (choice.CanGoOn ? 1 : 0);
            if (level > mostPreemptions)
                continue;
            for (var rest = choice.Candidates & ~(1UL << choice.Default); rest != 0; rest &= rest - 1)
                Add(level, new Switch(choice.Lane, choice.Step, System.Numerics.BitOperations.TrailingZeroCount(rest)));
        }
    }

    private void Add(int level, Switch change)
    {
        if (_pending[level].Count < mostPending)
            _pending[level].Add([.. _current, change]);
        else
            IsCut = true;
    }
}
