namespace Assay.Verify.Exploration;

/// <summary>
/// What happened before what in a run so far, as one number: runs that have the same number did the same things, in orders that nobody can tell apart, and are
/// in the same state (after Musuvathi and Qadeer, Partial-order reduction for context-bounded state exploration, 2007). Each lane carries a number made of its own
/// steps and, for each, of the last steps that touched the same; so objects need no names. What is not known to touch one thing only touches everything.
/// </summary>
internal sealed class HappensBefore(int locations)
{
    // Odd constants of splitmix64 and murmur: sums and products of 64 bits, and chance has no say.
    private const ulong Golden = 0x9E37_79B9_7F4A_7C15;
    private const ulong First = 0xBF58_476D_1CE4_E5B9;
    private const ulong Second = 0x94D0_49BB_1331_11EB;

    private readonly ulong[] _lanes = new ulong[Arena.MostLanes];
    private readonly Dictionary<Location, LocationClock> _uses = new(Location.Comparer);

    // Kept from run to run.
    private readonly Stack<LocationClock> _spare = new();

    // Kinds of location that some step touched without telling of which object: their objects are not told apart.
    private readonly bool[] _isNameless = new bool[locations + 1];

    // Of all lanes, in whatever order.
    private ulong _all;

    // The last step that touched everything: all that follow come after it.
    private ulong _barrier;

    // The calls that have ended, in whatever order: what begins after that is told from what begins before.
    private ulong _ended;

    // The lanes that are in a call, a bit each.
    private ulong _calling;
    private int _version;

    /// <summary>The places worth an interruption.</summary>
    public Races Races { get; } = new();

    /// <summary>Grows when objects that were told apart no longer are, or there are more places worth an interruption: what was compared before is of no use then.</summary>
    public int Version => _version + Races.Version;

    public void Clear()
    {
        Array.Clear(_lanes);
        foreach (var uses in _uses.Values)
        {
            uses.Clear();
            _spare.Push(uses);
        }

        _uses.Clear();
        Races.Clear();
        (_all, _barrier, _ended, _calling) = (0, 0, 0, 0);
    }

    /// <summary>A lane is started by another, or by nobody.</summary>
    public void Start(Lane lane, Lane? starter)
    {
        var began = Mix(starter is null ? Golden : _lanes[starter.Number], (ulong)lane.Number);
        _all += Share(lane.Number, began) - Share(lane.Number, _lanes[lane.Number]);
        _lanes[lane.Number] = began;
        Races.Start(lane, starter);
    }

    /// <summary>The call that the lane made, if any, has ended.</summary>
    public void EndCall(Lane lane)
    {
        if ((_calling & lane.Bit) != 0)
            _ended += Mix(_lanes[lane.Number], First);
        _calling &= ~lane.Bit;
    }

    /// <summary>Time has moved, which anybody may notice.</summary>
    public void MoveTime(TimeSpan now) => _barrier = Mix(Mix(_barrier, (ulong)now.Ticks), _all);

    /// <summary>The lane does what it is about to do.</summary>
    public void Perform(Lane lane)
    {
        var after = After(lane);
        _all += Share(lane.Number, after) - Share(lane.Number, _lanes[lane.Number]);
        _lanes[lane.Number] = after;
        var touch = lane.Touch;
        if (touch.Kind == TouchKind.Everything)
            _barrier = after;
        else if (touch.Kind == TouchKind.Begin)
            _calling |= lane.Bit;
        if (touch.Kind is not (TouchKind.Read or TouchKind.Write))
            return;
        var key = KeyOf(touch);
        if (!_uses.TryGetValue(key, out var uses))
            _uses[key] = uses = _spare.TryPop(out var spare) ? spare : new LocationClock();
        (uses.WrittenState, uses.ReadState) = touch.Kind == TouchKind.Write ? (after, 0) : (uses.WrittenState, uses.ReadState + Mix(after, Second));
        Races.Access(lane, touch, uses);
    }

    /// <summary>The lane touches what only the code beyond knows.</summary>
    public void PerformAnything(Lane lane)
    {
        lane.Touch = Touch.Everything;
        Perform(lane);
    }

    /// <summary>The state that the run would be in, with this lane running, when it has done what it is about to do.</summary>
    public ulong StateAfter(Lane lane)
    {
        var after = After(lane);
        var all = _all + Share(lane.Number, after) - Share(lane.Number, _lanes[lane.Number]);
        return Mix(Mix(all, lane.Touch.Kind == TouchKind.Everything ? after : _barrier), (ulong)lane.Number);
    }

    /// <summary>The state that the run is in, with this lane running.</summary>
    public ulong State(Lane lane) => Mix(Mix(_all, _barrier), (ulong)lane.Number);

    public static ulong Mix(ulong left, ulong right)
    {
        var mixed = (left ^ (left >> 30)) * First + right + Golden;
        mixed = (mixed ^ (mixed >> 27)) * Second;
        return mixed ^ (mixed >> 31);
    }

    private ulong After(Lane lane)
    {
        var (chain, touch) = (Mix(_lanes[lane.Number], _barrier), lane.Touch);
        switch (touch.Kind)
        {
            case TouchKind.Everything:
                return Mix(chain, _all);
            case TouchKind.Begin:
                return Mix(chain, _ended);
            case TouchKind.Nothing:
                return Mix(chain, Golden);
            default:
                _uses.TryGetValue(KeyOf(touch), out var uses);
                return Mix(Mix(chain, uses?.WrittenState ?? 0), touch.Kind == TouchKind.Write ? uses?.ReadState ?? 0 : Second);
        }
    }

    private Location KeyOf(Touch touch)
    {
        if (touch.Kind is TouchKind.Read or TouchKind.Write && touch.Location > 0 && touch.Target is null && !_isNameless[touch.Location])
        {
            _isNameless[touch.Location] = true;
            _version++;
        }

        return touch.Location > 0 && _isNameless[touch.Location] ? new Location(null, touch.Location) : new Location(touch.Target, touch.Location);
    }

    private static ulong Share(int lane, ulong chain) => chain == 0 ? 0 : Mix(chain, (ulong)lane + 1);

    private readonly record struct Location(object? Target, int Kind)
    {
        public static IEqualityComparer<Location> Comparer { get; } = EqualityComparer<Location>.Create(
            static (left, right) => left.Kind == right.Kind && left.Target == right.Target,
            static one => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(one.Target) * 31 + one.Kind);
    }
}

/// <summary>What a step touches.</summary>
/// <param name="Kind">How.</param>
/// <param name="Target">The object; null when it has none, or none is known.</param>
/// <param name="Location">The kind of location in it; negative for the object as a lock.</param>
internal readonly record struct Touch(TouchKind Kind, object? Target = null, int Location = 0)
{
    private const int AsLock = -1;

    public static Touch Everything => new(TouchKind.Everything);

    public static Touch Lock(object target) => new(TouchKind.Write, target, AsLock);
}

/// <summary>How a step touches what it touches.</summary>
internal enum TouchKind
{
    /// <summary>Nothing that another lane can tell.</summary>
    Nothing,

    /// <summary>It reads one thing.</summary>
    Read,

    /// <summary>It may write one thing.</summary>
    Write,

    /// <summary>A call of the program begins: later than those that have ended.</summary>
    Begin,

    /// <summary>Whatever there is.</summary>
    Everything,
}
