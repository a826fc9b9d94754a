using Assay.Verify.Exploration;

namespace Assay.Weaving.Observed;

/// <summary>Runs a program of woven code under schedule after schedule and tells all the ways in which it comes out. What is right is for others to say.</summary>
public sealed class Observation : IDisposable
{
    // Each takes half a second.
    private const int MostDoubted = 3;

    private readonly ObservationOptions _options;
    private readonly Arena _arena;
    private readonly ObservedRun _run;
    private readonly SiteTable _sites;

    /// <summary>Prepares a program. Woven code is explored by one thread at a time.</summary>
    /// <param name="code">The code.</param>
    /// <param name="program">The program.</param>
    /// <param name="keep">Keeps an answer; called within the run, so that lists are read when they are given.</param>
    /// <param name="options">How much to explore.</param>
    public Observation(WovenCode code, ObservedProgram program, Func<ObservedCall, object?, KeptAnswer> keep, ObservationOptions options)
    {
        ArgumentNullException.ThrowIfNull(code);
        _options = options;
        // The places of the program follow the code's and are forgotten with it.
        _sites = code.Sites.Copy();
        _run = new ObservedRun(program, code, keep, _sites);
        _arena = new Arena(_sites, options.MaxSteps);
    }

    /// <summary>Changes while something happens; for whoever watches from another thread.</summary>
    public (int Runs, int Steps) Progress => (_arena.Runs, _arena.Steps);

    /// <summary>Where the code is, for whoever gives it up.</summary>
    public Site? Place => _arena.Running is { Site: >= 0 and var site } ? _sites[site] : null;

    /// <summary>Explores on the calling thread.</summary>
    public ObservedOutcomes Explore()
    {
        var (outcomes, seen, isCut) = (new List<ObservedOutcome>(), new HashSet<string>(StringComparer.Ordinal), false);
        var (runs, last) = (0, 0);
        var isExhaustive = NewExplorer().Observe(_run.Execute, _options.MaxTotalSteps, (end, recording) =>
        {
            runs++;
            if (!seen.Add(_run.Key(end)))
                return !_arena.IsLost && runs - last < _options.MostRunsWithoutNews;
            last = runs;
            isCut |= outcomes.Count == _options.MostOutcomes;
            if (!isCut)
                outcomes.Add(_run.Outcome(end, _arena.Steps, recording.Schedule.ToString(), runs));
            return !isCut && !_arena.IsLost;
        });
        return new ObservedOutcomes(Undoubted(outcomes), runs, isExhaustive && !isCut, isCut);
    }

    // One deadlock that the process ends by itself, on its pool or outside, and none of them is one.
    private List<ObservedOutcome> Undoubted(List<ObservedOutcome> outcomes)
    {
        var doubted = outcomes.Where(outcome => outcome.End.Kind == RunEndKind.Deadlock && _sites.IsNews(outcome.End)).Take(MostDoubted);
        return doubted.All(outcome => NewExplorer().Doubted(_run.Execute, SwitchList.Parse(outcome.Schedule), outcome.End).End.Kind == RunEndKind.Deadlock)
            ? outcomes
            : outcomes.ConvertAll(outcome => outcome.End.Kind == RunEndKind.Deadlock ? outcome with { End = RunEnd.Outside(outcome.End, outcome.End) } : outcome);
    }

    /// <summary>Runs a schedule again, simplified as far as the outcome stays the same, with every step written down.</summary>
    /// <param name="schedule">The text form.</param>
    /// <param name="simplifies">Whether to simplify it.</param>
    /// <exception cref="FormatException">The text is not a schedule.</exception>
    public ObservedReplay Replay(string schedule, bool simplifies)
    {
        var explorer = NewExplorer();
        var list = SwitchList.Parse(schedule);
        if (simplifies)
        {
            var key = _run.Key(explorer.Replay(_run.Execute, list).Finding.End);
            list = explorer.Simplify(_run.Execute, list, end => _run.Key(end) == key);
        }

        var (finding, _) = explorer.Replay(_run.Execute, list);
        return new ObservedReplay(_run.Outcome(finding.End, _arena.Steps, list.ToString(), 1), finding);
    }

    /// <summary>Ends the threads that are kept from run to run.</summary>
    public void Dispose() => _arena.Dispose();

    private Explorer NewExplorer() => new(_arena, new ExplorationOptions { Seed = _options.Seed, MaxRuns = _options.MaxRuns, MaxSteps = _options.MaxSteps, MaxShrinkRuns = 60 });
}
