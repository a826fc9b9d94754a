namespace Assay.Verify.Exploration;

/// <summary>
/// Runs a program over and over under chosen schedules. Its lanes pass one baton, so that exactly one runs at a time; a lane that is not
/// interrupted changes no thread, and one that begins when another ends takes over its thread, so that a run costs few hand-overs.
/// </summary>
internal sealed partial class Arena : IDisposable
{
    /// <summary>As many lanes as a word has bits.</summary>
    public const int MostLanes = 64;

    // A lane that catches the end of the run and goes on is left behind after so many times.
    private const int MostTold = 100;

    // Of a loop's rounds since its lane last made way, so many are not told apart.
    private const int RoundsOfNoMatter = 8;

    // A loop that waits for another lane without saying so is taken for a wait after so many times round.
    private const int RoundsBeforeYield = 50;

    // Runs under way in this process.
    private static int s_running;

    [ThreadStatic]
    private static Lane? t_lane;

    // Between lanes too: who asks whether a lane may go on may reach code under test.
    [ThreadStatic]
    private static bool t_carries;

    // All below is touched by the holder of the baton only; gates order the accesses.
    private readonly List<Lane> _lanes = [];
    private readonly Stack<Carrier> _idle = new();
    private readonly Dictionary<object, object> _shadows = new(ReferenceEqualityComparer.Instance);
    private readonly int _maxSteps;
    private Scheduler _scheduler = SwitchReplay.Default;

    // The scheduler, if it is to be told of each step.
    private Scheduler? _watcher;
    private int _count;
    private int _steps;
    private RunEnd? _end;
    private bool _hasYielded;
    private int _alone;
    private long _allocated;

    // The program itself and the lanes that make its calls, a bit each.
    private ulong _callers;
    private volatile bool _isEnding;

    public Arena(SiteTable sites, int maxSteps = 20_000)
    {
        (Sites, _maxSteps) = (sites, maxSteps);
        Conflicts = new Conflicts(sites.Locations);
    }

    /// <summary>The lane the calling thread carries; null outside of a run.</summary>
    public static Lane? Current => t_lane;

    /// <summary>Whether the calling thread carries lanes, though perhaps none just now.</summary>
    public static bool Carries => t_carries;

    public static bool IsAnyRunning => Volatile.Read(ref s_running) > 0;

    public SiteTable Sites { get; }

    public Conflicts Conflicts { get; set; }

    /// <summary>What happened before what; null when nobody wants to know, which is faster.</summary>
    public HappensBefore? Order { get; set; }

    public HeldLocks Locks { get; } = new();

    public VirtualClock Clock { get; } = new();

    /// <summary>What happened, step by step; null when nobody wants to know, which is faster.</summary>
    public StepLog? Log { get; set; }

    /// <summary>For how long a deadlock is looked at before it is called one: what comes from outside of the run may still end it.</summary>
    public TimeSpan Patience { get; set; }

    /// <summary>The most bytes one run may allocate.</summary>
    public long MaxAllocated { get; set; } = 256L << 20;

    public bool IsEnding => _isEnding;

    /// <summary>How the run ends, while its lanes make way; for whoever watches from outside.</summary>
    public RunEnd? Ending => _end;

    /// <summary>Whether a lane would not unwind: the arena is of no more use.</summary>
    public bool IsLost { get; private set; }

    /// <summary>The place of the last call into code that is not woven; negative before the first.</summary>
    public int Beyond { get; set; } = -1;

    /// <summary>Steps of this run so far; whoever watches from outside only wants to see whether it changes.</summary>
    public int Steps => _steps;

    public int Runs { get; private set; }

    public IReadOnlyList<Lane> Lanes => _lanes;

    public int LaneCount => _count;

    /// <summary>The lane that holds the baton, for whoever watches from outside.</summary>
    public Lane? Running { get; private set; }

    /// <summary>Runs the program once. The caller's thread carries the program itself.</summary>
    public RunEnd Run(Action program, Scheduler scheduler, Carrier carrier)
    {
        (_scheduler, _count, _steps, _end, _isEnding, _hasYielded) = (scheduler, 0, 0, null, false, false);
        (_alone, _allocated, _callers, Beyond) = (0, 0, 1, -1);
        _watcher = scheduler.Watches ? scheduler : null;
        Locks.Clear();
        _shadows.Clear();
        Clock.Clear();
        Log?.Clear();
        Order?.Clear();
        Runs++;
        Interlocked.Increment(ref Sites.Running);
        Interlocked.Increment(ref s_running);
        t_carries = true;
        Carry(NewLane("main", program), carrier);
        Conclude(carrier);
        t_carries = false;
        Interlocked.Decrement(ref Sites.Running);
        Interlocked.Decrement(ref s_running);
        // What else was found may be that thread's doing.
        return Sites.Stray is { } stray
            ? new RunEnd(RunEndKind.NotControlled, $"{stray.Value.Method}: {stray.Value.What} is reached by a thread that something else than a modelled call has started, which is not controlled", stray.Value, [], null)
            : _end ?? RunEnd.Complete;
    }

    /// <summary>A place where the calling lane may be interrupted, before it does what the place stands for.</summary>
    public void Step(Lane lane, int site, object? target = null, bool isLock = false)
    {
        lane.Site = site;
        if (_isEnding)
            Unwind(lane);
        var kind = Sites[site].Kind;
        if (Order is not null)
        {
            lane.Touch = TouchAt(lane, site, kind, target, isLock);
            if (lane.Touch.Kind == TouchKind.Everything && kind != SiteKind.Yield)
                Order.Races.ReachBeyond(lane, !AnyLives(but: lane));
        }

        if (lane.Quiet > 0)
        {
            Order?.Perform(lane);
            return;
        }

        Count(lane);
        _watcher?.Stepping(lane, site, target);
        if (kind == SiteKind.Yield)
            lane.Pass.End();
        else
            lane.Pass.Note(site, writes: kind == SiteKind.Write);
        // Before the others have begun and after they have ended, nothing can come between.
        var isAlone = lane.Number == 0 && !AnyLives(but: lane) && kind != SiteKind.Yield;
        if (!isAlone && (Matters(lane, site, kind) || _scheduler.IsDue(lane.Number, lane.Steps)))
            Decide(lane, canGoOn: true, mustYield: kind == SiteKind.Yield);
        else
            Order?.Perform(lane);
        // It happens now: what others did while the lane stood here came before.
        Log?.Add(lane, site, target);
    }

    /// <summary>A place where a loop goes round: counted, so that no loop is endless, and taken for a wait when it goes round often.</summary>
    public void Round(Lane lane, int site)
    {
        lane.Site = site;
        if (_isEnding)
            Unwind(lane);
        if (lane.Quiet > 0)
            return;
        Count(lane);
        _watcher?.WentRound(lane, site);
        if (++lane.Rounds % RoundsBeforeYield != 0)
            return;
        lane.Touch = Touch.Everything;
        lane.Pass.End();
        Decide(lane, canGoOn: true, mustYield: true);
    }

    /// <summary>Waits until the condition holds; the caller acts on it before its next step.</summary>
    /// <returns>False when the clock ended the wait.</returns>
    public bool WaitUntil(Lane lane, int site, object? target, Func<object?, Lane, bool> condition, TimeSpan? patience = null, bool isLock = false)
    {
        lane.Site = site;
        if (_isEnding)
            Unwind(lane);
        if (!isLock)
            ReachBeyond(lane);
        lane.Touch = isLock ? Touch.Lock(target!) : Touch.Everything;
        Order?.Perform(lane);
        if (condition(target, lane))
            return true;
        if (patience is { } some && some <= TimeSpan.Zero)
            return false;
        Count(lane);
        lane.Pass.LookAgain();
        (lane.State, lane.Condition, lane.WaitsOn, lane.TimedOut) = (LaneState.Waiting, condition, target, false);
        var alarm = patience is { } time ? Clock.Add(time, () => lane.TimedOut = true) : null;
        Log?.AddWait(lane, site, target);
        Decide(lane, canGoOn: false, mustYield: false);
        var isMet = condition(target, lane);
        (lane.State, lane.Condition, lane.WaitsOn, lane.TimedOut) = (LaneState.Ready, null, null, false);
        alarm?.Cancel();
        return isMet;
    }

    /// <summary>What a model knows of an object beyond what the object tells; forgotten with the run.</summary>
    public T ShadowOf<T>(object target)
        where T : class, new()
    {
        if (_shadows.TryGetValue(target, out var known))
            return (T)known;
        var shadow = new T();
        _shadows[target] = shadow;
        return shadow;
    }

    /// <summary>Ends the run for good and unwinds the caller.</summary>
    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    public void Fail(Lane lane, RunEndKind kind, string reason, Exception? exception = null)
    {
        End(lane, kind, reason, exception);
        Unwind(lane);
    }

    public void Dispose()
    {
        foreach (var carrier in _idle)
            carrier.Stop();
        _idle.Clear();
    }

    /// <summary>Ends the run because there is no memory left; the framework took it, so it is its caller's line that counts.</summary>
    public void Starve(Lane lane)
    {
        if (Beyond >= 0)
            lane.Site = Beyond;
        End(lane, RunEndKind.Endless, "no end of memory: there is none left");
    }

    private void End(Lane lane, RunEndKind kind, string reason, Exception? exception = null)
    {
        _end ??= kind == RunEndKind.Deadlock ? Stuck(lane, reason) : new RunEnd(kind, reason, PlaceOf(lane), [], exception);
        _isEnding = true;
    }

    private RunEnd Stuck(Lane lane, string reason)
    {
        var waits = WaitCycle.Of(this);
        var at = waits.Select(wait => (Site?)wait.Site).FirstOrDefault(site => site!.Value.Line > 0) ?? WaitCycle.Places(this).Select(site => (Site?)site).FirstOrDefault(site => site!.Value.Line > 0);
        return new RunEnd(RunEndKind.Deadlock, reason, at ?? PlaceOf(lane), waits, null) { Places = WaitCycle.Places(this) };
    }

    // Who waits for a call's answer stands at no line of the code; what works for the call does.
    private Site? PlaceOf(Lane lane)
    {
        if (lane.Site >= 0 && Sites[lane.Site].Line > 0)
            return Sites[lane.Site];
        var places = WaitCycle.Places(this).Where(place => place.Line > 0).ToList();
        return places.Count > 0 ? places[0] : lane.Site < 0 ? null : Sites[lane.Site];
    }

    private void Count(Lane lane)
    {
        lane.Steps++;
        if (_hasYielded)
            ForgetYieldsTo(lane);
        if (++_steps > _maxSteps)
            Fail(lane, RunEndKind.Endless, $"no end after {_maxSteps} steps");
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        _allocated += allocated - lane.Carrier!.Allocated;
        lane.Carrier.Allocated = allocated;
        if (_allocated > MaxAllocated)
            Fail(lane, RunEndKind.Endless, $"no end after {MaxAllocated >> 20} MB allocated");
    }
}
