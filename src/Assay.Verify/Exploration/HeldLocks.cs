namespace Assay.Verify.Exploration;

/// <summary>
/// The locks that lanes hold, by the object locked on: monitors, System.Threading.Lock and reader-writer locks alike. Real ones belong to threads,
/// and lanes are not threads. Only held ones are listed, so the list is short.
/// </summary>
internal sealed class HeldLocks
{
    private readonly List<Held> _held = [];

    public void Clear() => _held.Clear();

    /// <summary>How deep a lane holds a lock in a mode.</summary>
    public int Depth(object target, Lane lane, LockMode mode)
    {
        foreach (var held in _held)
        {
            if (held.Target == target && held.Lane == lane.Number && held.Mode == mode)
                return held.Depth;
        }

        return 0;
    }

    /// <summary>Whether a lane could take the lock now: nobody else holds it in a mode that excludes this one.</summary>
    public bool IsFree(object target, Lane lane, LockMode mode) => Blocker(target, lane, mode) < 0;

    /// <summary>A lane that keeps this one from taking the lock; negative when there is none.</summary>
    public int Blocker(object target, Lane lane, LockMode mode)
    {
        foreach (var held in _held)
        {
            if (held.Target == target && held.Lane != lane.Number && Excludes(held.Mode, mode))
                return held.Lane;
        }

        return -1;
    }

    public int Count(object target, LockMode mode)
    {
        var count = 0;
        foreach (var held in _held)
        {
            if (held.Target == target && held.Mode == mode)
                count++;
        }

        return count;
    }

    public void Take(object target, Lane lane, LockMode mode, int depth = 1)
    {
        for (var index = 0; index < _held.Count; index++)
        {
            if (_held[index] is var held && held.Target == target && held.Lane == lane.Number && held.Mode == mode)
            {
                _held[index] = held with { Depth = held.Depth + depth };
                return;
            }
        }

        _held.Add(new Held(target, lane.Number, mode, depth));
    }

    /// <summary>Gives one level back.</summary>
    /// <returns>False when the lane does not hold the lock.</returns>
    public bool Release(object target, Lane lane, LockMode mode, int depth = 1)
    {
        for (var index = 0; index < _held.Count; index++)
        {
            var held = _held[index];
            if (held.Target != target || held.Lane != lane.Number || held.Mode != mode)
                continue;
            if (held.Depth == depth)
                _held.RemoveAt(index);
            else
                _held[index] = held with { Depth = held.Depth - depth };
            return true;
        }

        return false;
    }

    /// <summary>What a lane holds, outermost first.</summary>
    public IEnumerable<object> Of(int lane) => _held.Where(held => held.Lane == lane).Select(held => held.Target);

    private static bool Excludes(LockMode held, LockMode wanted) => (held, wanted) switch
    {
        (LockMode.Read, LockMode.Read or LockMode.Upgradeable) or (LockMode.Upgradeable, LockMode.Read) => false,
        _ => true,
    };

    private readonly record struct Held(object Target, int Lane, LockMode Mode, int Depth);
}

/// <summary>How a lock is held.</summary>
internal enum LockMode
{
    /// <summary>By one lane alone.</summary>
    Exclusive,

    /// <summary>By readers together.</summary>
    Read,

    /// <summary>By one lane that may go on to exclude readers, beside readers.</summary>
    Upgradeable,

    /// <summary>Inside a collection that allows no company: not a lock, but a claim.</summary>
    Inside,
}
