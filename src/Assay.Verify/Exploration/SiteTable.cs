using System.Runtime.CompilerServices;

namespace Assay.Verify.Exploration;

/// <summary>The places of one body of instrumented code. A place is known by its number, which is what instrumented code carries.</summary>
public sealed class SiteTable
{
    private readonly List<Site> _sites = [];
    private readonly List<int> _locations = [];
    private readonly Dictionary<string, int> _names = [];

    // Where a wait for ever was looked at twice: once is enough for a place, since what ends it from outside ends it every time.
    private readonly HashSet<Site> _confirmed = [];

    // Of each method, by its type and name, the first line.
    private readonly Dictionary<string, int> _firstLines = [];

    /// <summary>Whether code may touch shared state at other than its places: schedules are then not compared by what they touch.</summary>
    internal bool IsOpaque { get; set; }

    /// <summary>How many runs are under way.</summary>
    internal int Running;

    /// <summary>The first place that was reached, while a run was under way, by a thread that is none of a run's; null when none was.</summary>
    internal volatile StrongBox<Site>? Stray;

    /// <summary>How many kinds of location the places touch.</summary>
    public int Locations => _names.Count;

    /// <summary>The place of a number.</summary>
    /// <param name="number">The number.</param>
    public Site this[int number] => _sites[number];

    /// <summary>Adds a place.</summary>
    /// <param name="site">The place.</param>
    /// <param name="location">What it touches, such as a field's full name: two places that touch the same may conflict. Null when that is unknown.</param>
    /// <returns>Its number.</returns>
    public int Add(Site site, string? location = null)
    {
        var kind = 0;
        if (location is not null && !_names.TryGetValue(location, out kind))
            _names[location] = kind = _names.Count + 1;
        _sites.Add(site);
        _locations.Add(kind);
        return _sites.Count - 1;
    }

    /// <summary>Whether some lane of a deadlock waits where none has before: then it is to be looked at twice. Once told, it is known.</summary>
    internal bool IsNews(RunEnd deadlock)
    {
        var isNews = false;
        foreach (var place in deadlock.Places)
            isNews |= _confirmed.Add(place);
        return isNews;
    }

    /// <summary>Takes note of where a method begins.</summary>
    internal void Begin(string method, int line)
    {
        if (!_firstLines.TryGetValue(method, out var first) || line < first)
            _firstLines[method] = line;
    }

    /// <summary>The first line of a method; zero when the symbols do not tell.</summary>
    internal int FirstLineOf(string method) => _firstLines.GetValueOrDefault(method);

    /// <summary>How many places there are.</summary>
    internal int Count => _sites.Count;

    /// <summary>A table that begins with the same places and grows by itself.</summary>
    internal SiteTable Copy()
    {
        var copy = new SiteTable { IsOpaque = IsOpaque };
        copy._sites.AddRange(_sites);
        copy._locations.AddRange(_locations);
        foreach (var (name, kind) in _names)
            copy._names[name] = kind;
        return copy;
    }

    /// <summary>The number of the location a place touches; zero when it is unknown and may be any.</summary>
    internal int LocationOf(int number) => _locations[number];
}
