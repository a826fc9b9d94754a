namespace Assay.Verify.Exploration;

/// <summary>Runs a program under schedule after schedule until one fails or the budget ends.</summary>
internal sealed partial class Explorer(Arena arena, ExplorationOptions options)
{
    // After the systematic search, chance goes deeper: half of it aims at defects that need few ordering constraints.
    private static readonly int[] Depths = [3, 2, 4, 6];

    // What else the process does, on its pool or outside, may end a wait within so long: then it was no deadlock.
    internal static readonly TimeSpan Doubt = TimeSpan.FromMilliseconds(500);

    // Tried on a hand-written stack's ABA: 0.3 to 0.5 find it twice as often as none, and 0.9 seldom.
    private const double Staying = 0.4;

    private readonly Carrier _carrier = Carrier.OfCaller(arena);
    private int _runs;

    /// <summary>Explores on the calling thread.</summary>
    /// <param name="program">Creates its state, starts its lanes, checks the outcome; deterministic apart from the schedule.</param>
    /// <param name="isExpected">Ends that are no failure; null when only completed runs are none.</param>
    /// <param name="cancellation">Asked between runs.</param>
    public ExplorationResult Explore(Action program, Func<RunEnd, bool>? isExpected = null, CancellationToken cancellation = default)
    {
        _runs = 0;
        arena.Order = options.Prunes && !arena.Sites.IsOpaque ? new HappensBefore(arena.Sites.Locations) : null;
        var search = new PreemptionSearch(options.Seed, options.Preemptions, arena.Order);
        var finding = options.Search == SearchKind.All ? Search(program, search, options.MaxRuns, isExpected, cancellation) : null;
        for (var round = 0; finding is null && !search.IsExhausted && _runs < options.MaxRuns && !cancellation.IsCancellationRequested; round++)
        {
            var seed = HashSeed.Of(options.Seed, round);
            var isWalk = options.Search == SearchKind.All ? round % 2 == 0 : options.Search == SearchKind.Walks;
            Scheduler chance = isWalk ? new RandomSwitches(seed, Staying) : new PrioritySwitches(seed, Depths[round / 2 % Depths.Length]);
            finding = Search(program, chance, 200, isExpected, cancellation);
        }

        arena.Order = null;
        return new ExplorationResult(_runs, search.IsExhausted, cancellation.IsCancellationRequested, finding);
    }

    /// <summary>Runs a stored schedule once, with everything written down.</summary>
    public (ScheduleFinding Finding, bool IsComplete) Replay(Action program, SwitchList schedule)
    {
        var replay = new SwitchReplay(schedule);
        var log = arena.Log = new StepLog();
        var end = Once(program, replay);
        arena.Log = null;
        return (new ScheduleFinding(end, schedule, [.. log.Steps]), replay.IsComplete);
    }

    private ScheduleFinding? Search(Action program, Scheduler scheduler, int most, Func<RunEnd, bool>? isExpected, CancellationToken cancellation)
    {
        var recording = new Recording(scheduler);
        for (var run = 0; run < most && _runs < options.MaxRuns && !cancellation.IsCancellationRequested; run++)
        {
            if (!recording.Begin(arena))
                return null;
            var end = arena.Run(program, recording, _carrier);
            recording.End(arena);
            _runs++;
            if (end.Kind != RunEndKind.Completed && isExpected?.Invoke(end) != true)
                return Describe(program, end, recording.Schedule, isExpected);
        }

        return null;
    }

    private ScheduleFinding Describe(Action program, RunEnd end, SwitchList schedule, Func<RunEnd, bool>? isExpected)
    {
        if (end.Kind == RunEndKind.Deadlock && arena.Sites.IsNews(end) && Doubted(program, schedule, end) is { End.Kind: not RunEndKind.Deadlock } doubted)
            return doubted;
        var simple = new SwitchShrinker(Unexpected, options.MaxShrinkRuns).Shrink(schedule, end);
        return Replay(program, simple).Finding;

        // A wait like this one may be as it should be: then it is another.
        RunEnd Unexpected(SwitchList candidate)
        {
            var other = Once(program, new SwitchReplay(candidate));
            return other.IsLike(end) && isExpected?.Invoke(other) == true ? RunEnd.Complete : other;
        }
    }

    /// <summary>Runs the schedule of a deadlock again and looks for a while whether anything outside of the run ends it.</summary>
    /// <param name="program">As for <see cref="Explore"/>.</param>
    /// <param name="schedule">The schedule.</param>
    /// <param name="deadlock">How it ended.</param>
    /// <returns>The deadlock, or an end that says what ended it.</returns>
    public ScheduleFinding Doubted(Action program, SwitchList schedule, RunEnd deadlock)
    {
        arena.Patience = Doubt;
        var finding = Replay(program, schedule).Finding;
        arena.Patience = TimeSpan.Zero;
        return finding.End.Kind == RunEndKind.Deadlock ? finding : finding with { End = RunEnd.Outside(deadlock, finding.End) };
    }

    private RunEnd Once(Action program, SwitchReplay replay)
    {
        replay.Begin(arena);
        return arena.Run(program, replay, _carrier);
    }
}
