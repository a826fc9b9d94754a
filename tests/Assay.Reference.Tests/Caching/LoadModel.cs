namespace Assay.Reference.Tests.Caching;

/// <summary>What can happen to one key whose value is loaded.</summary>
internal enum LoadEvent
{
    Arrive,
    CancelFirst,
    CancelLast,
    SucceedFirst,
    SucceedLast,
    FailFirst,
    Remove,
    Clear,
    Set,
    Expire,
}

/// <summary>
/// The definition of single flight: who runs, who waits for it, and what is kept. A caller's text is its number and what became of it.
/// </summary>
internal sealed class LoadModel
{
    private readonly List<Load> _open = [];
    private readonly List<string> _callers = [];
    private readonly List<bool> _cancelled = [];
    private int? _stored;
    private int _sets;

    /// <summary>Everything that can be seen from outside.</summary>
    public string Seen => Describe(_callers, _cancelled, _stored);

    public static string Describe(IEnumerable<string> callers, IEnumerable<bool> cancelled, int? stored) =>
        $"callers: {string.Join(' ', callers)}; factories cancelled: {string.Join(' ', cancelled)}; stored: {stored}";

    public bool IsPossible(LoadEvent happening) => happening switch
    {
        LoadEvent.Arrive => _callers.Count < 3,
        LoadEvent.CancelFirst => _callers.Contains("waits"),
        LoadEvent.CancelLast => _callers.Count(caller => caller == "waits") > 1,
        LoadEvent.SucceedFirst or LoadEvent.FailFirst => _open.Count > 0,
        LoadEvent.SucceedLast => _open.Count > 1,
        LoadEvent.Expire => _stored is not null,
        _ => true,
    };

    public void Happen(LoadEvent happening)
    {
        switch (happening)
        {
            case LoadEvent.Arrive:
                Arrive();
                break;
            case LoadEvent.CancelFirst:
                Cancel(_callers.IndexOf("waits"));
                break;
            case LoadEvent.CancelLast:
                Cancel(_callers.LastIndexOf("waits"));
                break;
            case LoadEvent.SucceedFirst:
                End(_open[0], fails: false);
                break;
            case LoadEvent.SucceedLast:
                End(_open[^1], fails: false);
                break;
            case LoadEvent.FailFirst:
                End(_open[0], fails: true);
                break;
            default:
                Invalidate(happening);
                break;
        }
    }

    private void Arrive()
    {
        if (_stored is { } value)
        {
            _callers.Add($"{value}");
            return;
        }

        var load = _open.Find(open => open.IsCurrent);
        if (load is null)
        {
            _open.Add(load = new Load(_cancelled.Count));
            _cancelled.Add(false);
        }

        load.Callers.Add(_callers.Count);
        _callers.Add("waits");
    }

    private void Cancel(int caller)
    {
        _callers[caller] = "cancelled";
        var load = _open.Single(open => open.Callers.Remove(caller));
        if (load.Callers.Count > 0)
            return;
        _cancelled[load.Number] = true;
        load.IsCurrent = false;
    }

    private void End(Load load, bool fails)
    {
        _open.Remove(load);
        foreach (var caller in load.Callers)
            _callers[caller] = fails ? "failed" : $"{100 + load.Number}";
        if (load.IsCurrent && !fails)
            _stored = 100 + load.Number;
    }

    private void Invalidate(LoadEvent happening)
    {
        _stored = happening == LoadEvent.Set ? ++_sets : null;
        if (happening == LoadEvent.Expire)
            return;
        foreach (var load in _open)
            load.IsCurrent = false;
    }

    private sealed class Load(int number)
    {
        public int Number => number;

        public List<int> Callers { get; } = [];

        public bool IsCurrent { get; set; } = true;
    }
}
