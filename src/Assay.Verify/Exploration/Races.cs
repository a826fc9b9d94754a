namespace Assay.Verify.Exploration;

/// <summary>
/// The places whose accesses have raced: with one of another lane's, to the same location of the same object, one of the two writing, and nothing but this very
/// meeting ordering them. To interrupt before any other access comes to the same as to interrupt later, before the lane's next access that can race, its wait or its
/// end. Found by clocks, one number for each lane (Mattern 1989); knowledge only grows, over all runs, and who searches starts anew when it does.
/// </summary>
internal sealed class Races
{
    // By lane: what it knows of how far each lane has got.
    private readonly int[][] _clocks = [.. Enumerable.Range(0, Arena.MostLanes).Select(_ => new int[Arena.MostLanes])];
    private readonly List<int> _seen = [];
    private bool[] _isRacy = new bool[64];
    private int _lanes;
    private bool _isBeyond;

    /// <summary>Grows with every place.</summary>
    public int Version { get; private set; }

    public bool Contains(int site) => site < _isRacy.Length && _isRacy[site];

    public void Clear()
    {
        for (var lane = 0; lane < _lanes; lane++)
            Array.Clear(_clocks[lane], 0, _lanes);
        _seen.Clear();
        (_lanes, _isBeyond) = (0, false);
    }

    /// <summary>A lane begins where the one that starts it has got to.</summary>
    public void Start(Lane lane, Lane? starter)
    {
        _lanes = Math.Max(_lanes, lane.Number + 1);
        if (starter is not null)
            Join(_clocks[lane.Number], _clocks[starter.Number]);
        _clocks[lane.Number][lane.Number]++;
    }

    /// <summary>A lane goes on when all others have ended.</summary>
    public void Gather(Lane host)
    {
        for (var lane = 0; lane < _lanes; lane++)
            Join(_clocks[host.Number], _clocks[lane]);
    }

    /// <summary>A lane does what no place tells of: unless it comes after all there was, and nobody is beside it, it may race with any access of this run.</summary>
    public void ReachBeyond(Lane lane, bool isAlone)
    {
        if (_isBeyond || isAlone && KnowsAll(_clocks[lane.Number]))
            return;
        _isBeyond = true;
        foreach (var site in _seen)
            Add(site);
    }

    /// <summary>A lane accesses a location.</summary>
    public void Access(Lane lane, in Touch touch, LocationClock location)
    {
        var (own, number, site) = (_clocks[lane.Number], lane.Number, touch.Location < 0 ? -1 : lane.Site);
        See(site);
        own[number]++;
        if (location.Writer != number && location.Written > own[Math.Max(0, location.Writer)])
            Meet(location.WriteSite, site);
        if (touch.Kind == TouchKind.Read)
        {
            Join(own, location.Writes);
            (location.ReadTimes[number], location.ReadSites[number]) = (own[number], site);
            Join(location.Reads, own);
            return;
        }

        for (var reader = 0; reader < _lanes; reader++)
        {
            if (reader != number && location.ReadTimes[reader] > own[reader])
                Meet(location.ReadSites[reader], site);
        }

        Join(own, location.Writes);
        Join(own, location.Reads);
        Array.Copy(own, location.Writes, _lanes);
        Array.Clear(location.Reads, 0, _lanes);
        Array.Clear(location.ReadTimes, 0, _lanes);
        (location.Writer, location.Written, location.WriteSite) = (number, own[number], site);
    }

    private bool KnowsAll(int[] own)
    {
        for (var lane = 0; lane < _lanes; lane++)
        {
            if (_clocks[lane][lane] > own[lane])
                return false;
        }

        return true;
    }

    private void See(int site)
    {
        if (site < 0 || Contains(site))
            return;
        if (_isBeyond)
            Add(site);
        else if (!_seen.Contains(site))
            _seen.Add(site);
    }

    private void Meet(int one, int other)
    {
        Add(one);
        Add(other);
    }

    private void Add(int site)
    {
        if (site < 0 || Contains(site))
            return;
        if (site >= _isRacy.Length)
            Array.Resize(ref _isRacy, Math.Max(site + 1, 2 * _isRacy.Length));
        _isRacy[site] = true;
        Version++;
    }

    private void Join(int[] into, int[] from)
    {
        for (var lane = 0; lane < _lanes; lane++)
            into[lane] = Math.Max(into[lane], from[lane]);
    }
}

/// <summary>Who accessed a location last, and what they knew.</summary>
internal sealed class LocationClock
{
    public int[] Writes { get; } = new int[Arena.MostLanes];

    public int[] Reads { get; } = new int[Arena.MostLanes];

    public int[] ReadTimes { get; } = new int[Arena.MostLanes];

    public int[] ReadSites { get; } = new int[Arena.MostLanes];

    /// <summary>The lane that wrote last; negative for none.</summary>
    public int Writer { get; set; } = -1;

    public int Written { get; set; }

    public int WriteSite { get; set; }

    /// <summary>Made of the last write, and of the reads since.</summary>
    public ulong WrittenState { get; set; }

    public ulong ReadState { get; set; }

    public void Clear()
    {
        Array.Clear(Writes);
        Array.Clear(Reads);
        Array.Clear(ReadTimes);
        (Writer, Written, WriteSite, WrittenState, ReadState) = (-1, 0, 0, 0, 0);
    }
}
