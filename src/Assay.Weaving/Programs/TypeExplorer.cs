using Assay.Verify.Exploration;

namespace Assay.Weaving.Programs;

/// <summary>Explores a type by generated programs, with its own sequential runs as its specification.</summary>
internal sealed class TypeExplorer(WovenCode code, Type type, RaceOptions options)
{
    private const int MostOrders = 1_000;

    // Of a program that can do too much for a search.
    private const int Sample = 60;

    private readonly Dictionary<string, int> _boundaries = new(StringComparer.Ordinal);
    private int _programs;
    private int _schedules;
    private volatile Arena? _arena;

    /// <summary>Changes while something happens.</summary>
    public (int Programs, int Runs, int Steps) Progress => (_programs, _arena?.Runs ?? 0, _arena?.Steps ?? 0);

    /// <summary>The verdict on code that neither steps nor ends.</summary>
    public RaceVerdict Stalled()
    {
        var lane = _arena?.Running;
        var site = lane is { Site: >= 0 } ? code.Sites[lane.Site] : (Site?)null;
        return Verdict(RaceVerdictKind.NotControlled, $"the code waits for, or computes, something without end{(site is { } at ? $", after {at}" : "")}");
    }

    public RaceVerdict Explore(CancellationToken cancellationToken)
    {
        code.Sites.Stray = null;
        if (MemberTable.Of(type, out var reason, options.Without) is not { } table)
            return Verdict(RaceVerdictKind.Undecided, reason);
        foreach (var plan in new ProgramGenerator(table, options.Seed).Programs().Take(options.MaxPrograms))
        {
            if (cancellationToken.IsCancellationRequested)
                break;
            if (Explore(table, plan, cancellationToken) is { } verdict)
                return verdict;
        }

        return _programs == 0 ? Verdict(RaceVerdictKind.Undecided, "no program was run in the time given") : Verdict(RaceVerdictKind.Clean, "");
    }

    private RaceVerdict? Explore(MemberTable table, ProgramPlan plan, CancellationToken cancellationToken)
    {
        if (plan.Orders(MostOrders) is not { } orders)
            return null;
        _programs++;
        var boundaries = plan.Calls.Select(call => Boundary(call.ToString())).ToArray();
        using var arena = _arena = new Arena(code.Sites, options.MaxSteps);
        var run = new ProgramRun(plan, table, code, Boundary("together"), boundaries);
        var carrier = Carrier.OfCaller(arena);
        var specification = SequentialSpecification.Of(plan, orders, run, body => Alone(arena, body, carrier));
        if (specification.Broken is { } broken)
            return Verdict(Kind(broken.Kind), $"{Text(broken)}, without any other thread", plan);
        var exploration = new ExplorationOptions { Seed = options.Seed, MaxRuns = options.MaxSchedules, Search = options.Search, Prunes = options.Prunes, MaxSteps = options.MaxSteps };
        if (plan.IsWide && options.Search == SearchKind.All)
            exploration = exploration with { Seed = Verify.HashSeed.Of(options.Seed, _programs), Search = SearchKind.Walks, MaxRuns = Math.Min(options.MaxSchedules, Sample) };
        var explorer = new Explorer(arena, exploration);
        var result = explorer.Explore(
            () =>
            {
                run.Together();
                if (!specification.Explains(run))
                    throw new InvariantBrokenException("answers that no order of the calls explains");
            },
            end => end.Kind == RunEndKind.Deadlock && specification.ExplainsWaiting(run),
            cancellationToken);
        _schedules += result.Runs;
        return result.Finding is { } finding
            ? Verdict(Kind(finding.End.Kind), Text(finding.End), plan) with { Finding = finding, Answers = [.. run.Answers().Select(answer => $"{answer.Call} → {answer.Answer}")] }
            : null;
    }

    private RunEnd Alone(Arena arena, Action body, Carrier carrier)
    {
        var end = arena.Run(body, SwitchReplay.Default, carrier);
        if (end.Kind != RunEndKind.Deadlock || !code.Sites.Confirmed.Add(end.At))
            return end;
        arena.Patience = Explorer.Doubt;
        var again = arena.Run(body, SwitchReplay.Default, carrier);
        arena.Patience = TimeSpan.Zero;
        return again.Kind == RunEndKind.Deadlock ? end : RunEnd.Outside(again);
    }

    // The places of calls are this type's own; they follow the code's.
    private int Boundary(string call)
    {
        if (!_boundaries.TryGetValue(call, out var site))
            _boundaries[call] = site = code.Sites.Add(new Site(SiteKind.Boundary, call, "program", "", 0));
        return site;
    }

    private static RaceVerdictKind Kind(RunEndKind end) => end switch
    {
        RunEndKind.Deadlock => RaceVerdictKind.Deadlock,
        RunEndKind.Endless => RaceVerdictKind.Endless,
        RunEndKind.NotControlled => RaceVerdictKind.NotControlled,
        _ => RaceVerdictKind.Violation,
    };

    private static string Text(RunEnd end) =>
        (end.Exception is InvariantBrokenException broken ? broken.Message : end.Reason) + (end.At is { Line: > 0 } at ? $" (line {at.Line})" : "");

    private RaceVerdict Verdict(RaceVerdictKind kind, string reason, ProgramPlan? plan = null) =>
        new(type.Name, kind, reason, _programs, _schedules, options.Seed, plan?.ToString() ?? "", [], null);
}
