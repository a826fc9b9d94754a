namespace Assay.Reference.Caching;

/// <summary>
/// When tags were removed, counted in removals instead of hours: an entry is out of date when one of its tags was removed after its
/// load began, whoever reads it and whenever. Safe for concurrent use.
/// </summary>
internal sealed class TagClock(int mostTags = 4096)
{
    private const string Everything = "*";

    // Guards all below.
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _removed = [];
    private long _now;

    // Tags removed longer ago are not told apart any more: entries with tags from before it are out of date. It keeps the table bounded,
    // and errs on the side of loading once more.
    private long _floor;
    private long _everythingRemoved;

    /// <summary>The number of removals so far: the birth of a load that begins now.</summary>
    public long Now
    {
        get
        {
            lock (_gate)
                return _now;
        }
    }

    public void Remove(string tag)
    {
        lock (_gate)
        {
            _now++;
            if (tag == Everything)
                _everythingRemoved = _now;
            else
                _removed[tag] = _now;
            if (_removed.Count <= mostTags)
                return;
            _floor = _now;
            _removed.Clear();
        }
    }

    /// <summary>Whether one of the tags was removed after the birth, and not after <paramref name="asked"/>.</summary>
    public bool IsOutOfDate(IReadOnlyCollection<string> tags, long birth, long asked = long.MaxValue)
    {
        lock (_gate)
        {
            if (birth == _now)
                return false;
            if (birth < _everythingRemoved && _everythingRemoved <= asked)
                return true;
            if (tags.Count > 0 && birth < _floor)
                return true;
            foreach (var tag in tags)
            {
                if (_removed.TryGetValue(tag, out var removed) && birth < removed && removed <= asked)
                    return true;
            }

            return false;
        }
    }
}
