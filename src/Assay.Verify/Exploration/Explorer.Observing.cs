namespace Assay.Verify.Exploration;

/// <summary>Exploration for somebody who judges elsewhere: every run is shown, and none ends the search.</summary>
internal sealed partial class Explorer
{
    private const int RunsOfAStrategy = 50;

    /// <summary>Runs schedule after schedule until the budget ends: the systematic search first, and chance with what is left.</summary>
    /// <param name="program">As for <see cref="Explore"/>.</param>
    /// <param name="maxTotalSteps">The most steps of all runs together: a bound on the work that no clock has a say in.</param>
    /// <param name="see">Is shown the end of each run and where it departed from the default; false ends the search.</param>
    /// <returns>Whether every schedule within the bound of preemptions was run.</returns>
    public bool Observe(Action program, long maxTotalSteps, Func<RunEnd, Recording, bool> see)
    {
        _runs = 0;
        var left = maxTotalSteps;
        // What a systematic search has not found in its larger half, chance may.
        var search = new PreemptionSearch(options.Seed, options.Preemptions);
        var goesOn = Watch(program, search, options.MaxRuns - options.MaxRuns / 3, ref left, see);
        for (var round = 0; goesOn && !search.IsExhausted && _runs < options.MaxRuns && left > 0; round++)
        {
            var seed = HashSeed.Of(options.Seed, round);
            Scheduler chance = round % 2 == 0 ? new PrioritySwitches(seed, Depths[round / 2 % Depths.Length]) : new RandomSwitches(seed);
            goesOn = Watch(program, chance, RunsOfAStrategy, ref left, see);
        }

        return search.IsExhausted;
    }

    /// <summary>Leaves changes out of a schedule while the run stays what it was.</summary>
    /// <param name="program">As for <see cref="Explore"/>.</param>
    /// <param name="schedule">The schedule.</param>
    /// <param name="isSame">Asked after each run.</param>
    public SwitchList Simplify(Action program, SwitchList schedule, Func<RunEnd, bool> isSame)
    {
        var same = new RunEnd(RunEndKind.Failed, "", null, [], null);
        return new SwitchShrinker(candidate => isSame(Once(program, new SwitchReplay(candidate))) ? same : RunEnd.Complete, options.MaxShrinkRuns).Shrink(schedule, same);
    }

    private bool Watch(Action program, Scheduler scheduler, int most, ref long left, Func<RunEnd, Recording, bool> see)
    {
        var recording = new Recording(scheduler);
        for (var run = 0; run < most && _runs < options.MaxRuns && left > 0; run++)
        {
            if (!recording.Begin(arena))
                return true;
            var end = arena.Run(program, recording, _carrier);
            recording.End(arena);
            _runs++;
            left -= arena.Steps;
            if (!see(end, recording))
                return false;
        }

        return true;
    }
}
