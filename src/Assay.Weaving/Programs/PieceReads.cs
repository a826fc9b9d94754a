using Assay.Verify.Exploration;

namespace Assay.Weaving.Programs;

/// <summary>
/// What a piece of work has read before it was held up between two items. Work that takes items one by one may be held up after each, but what it has read before that is then old:
/// were it to write there without reading again, it would undo what calls have done meanwhile, and that is no more right beside the calls than in them.
/// </summary>
internal sealed class PieceReads
{
    private static readonly string[] Takes = ["TryDequeue", "Dequeue", "TryTake", "Take", "TryPop", "Pop", "TryRead", "ReadAsync", "MoveNext", "MoveNextAsync"];

    private readonly HashSet<(object?, int)> _read = [];
    private readonly HashSet<(object?, int)> _old = [];
    private bool _hasTaken;

    /// <summary>Takes note of a step.</summary>
    /// <returns>Whether it undoes what was done while the work was held up.</returns>
    public bool Step(Site site, object? target, int location)
    {
        // Who makes way after it looked has found nothing.
        _hasTaken = site.Kind != SiteKind.Yield && (_hasTaken || IsTake(site));
        if (location == 0)
            return false;
        var place = (target, location);
        if (site.Kind is SiteKind.Write or SiteKind.Change)
            return _old.Contains(place);
        // What reads and writes at once reads anew, too.
        _old.Remove(place);
        _read.Add(place);
        return false;
    }

    /// <summary>Whether an item is taken, if there is one.</summary>
    public static bool IsTake(Site site) => Array.Exists(Takes, name => site.What.EndsWith("." + name, StringComparison.Ordinal));

    /// <summary>Whether an item has been taken since the last time it was asked.</summary>
    public bool HasTaken()
    {
        var has = _hasTaken;
        _hasTaken = false;
        return has;
    }

    /// <summary>The work is held up here.</summary>
    public void HoldUp()
    {
        _old.UnionWith(_read);
        _read.Clear();
    }
}
