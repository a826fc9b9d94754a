// Collections that are handed to the framework, which reads them in one go.
public class Names
{
    private readonly List<string> _names = [];
    private readonly Lock _gate = new();

    public void Add(string name)
    {
        lock (_gate)
            _names.Add(name);
    }

    public string Joined()
    {
        lock (_gate)
            return string.Join(", ", _names);
    }

    public List<string> Copy()
    {
        lock (_gate)
            return new List<string>(_names);
    }
}

public class JoinedBad
{
    private readonly List<string> _names = [];
    private readonly Lock _gate = new();

    public void Add(string name)
    {
        lock (_gate)
            _names.Add(name);
    }

    public string Joined() => string.Join(", ", _names);
}

public class CopyBad
{
    private readonly Dictionary<string, int> _scores = [];
    private readonly Lock _gate = new();

    public void Set(string name, int score)
    {
        lock (_gate)
            _scores[name] = score;
    }

    public Dictionary<string, int> Copy() => new(_scores);
}

public class Tags
{
    private readonly HashSet<string> _tags = [];
    private readonly ReaderWriterLockSlim _gate = new();

    public void AddAll(IEnumerable<string> tags)
    {
        _gate.EnterWriteLock();
        try
        {
            _tags.UnionWith(tags);
        }
        finally
        {
            _gate.ExitWriteLock();
        }
    }

    public bool AreAll(string[] tags)
    {
        _gate.EnterReadLock();
        try
        {
            return _tags.IsSupersetOf(tags);
        }
        finally
        {
            _gate.ExitReadLock();
        }
    }
}

public class SeenBad
{
    private readonly HashSet<string> _seen = [];
    private readonly HashSet<string> _all = [];
    private readonly Lock _seeing = new();
    private readonly Lock _gathering = new();

    public void See(string name)
    {
        lock (_seeing)
            _seen.Add(name);
    }

    public int Gather()
    {
        lock (_gathering)
        {
            _all.UnionWith(_seen);
            return _all.Count;
        }
    }
}

public class View
{
    private readonly List<int> _items = [];
    private readonly Lock _gate = new();

    // Only wraps: nothing is read.
    public int Wrap() => new System.Collections.ObjectModel.ReadOnlyCollection<int>(_items) is null ? 0 : 1;

    public void Add(int item)
    {
        lock (_gate)
            _items.Add(item);
    }
}
