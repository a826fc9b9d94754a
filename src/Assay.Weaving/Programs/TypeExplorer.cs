using Assay.Verify.Exploration;
using Assay.Weaving.Models;

namespace Assay.Weaving.Programs;

/// <summary>Explores a type by generated programs, with its own sequential runs as its specification.</summary>
internal sealed class TypeExplorer(WovenCode code, Type type, RaceOptions options)
{
    private const int MostOrders = 1_000;

    // With so many lanes in all, the program's own included, a call may have several that meet each other.
    private const int MeetingLanes = 3;

    // Programs that do not end without any other thread are dear: so many are tried.
    private const int MostBroken = 8;

    // Of a program that can do too much for a search.
    private const int Sample = 60;

    private readonly Dictionary<string, int> _boundaries = new(StringComparer.Ordinal);
    private readonly List<RaceVerdict> _broken = [];
    private int _programs;
    private int _schedules;
    private volatile Arena? _arena;
    private volatile ProgramPlan? _plan;

    /// <summary>Changes while something happens.</summary>
    public (int Programs, int Runs, int Steps) Progress => (_programs, _arena?.Runs ?? 0, _arena?.Steps ?? 0);

    /// <summary>The verdict on code that neither steps nor ends.</summary>
    public RaceVerdict Stalled() => _arena?.Ending is { Kind: RunEndKind.Endless or RunEndKind.NotControlled } known
        // Only its lanes were slow to make way, as out of deep recursion.
        ? Verdict(Kind(known.Kind), Text(known, _plan), _plan)
        : GivenUp("the code waits for, or computes, something without end");

    /// <summary>The verdict on code that ends the process.</summary>
    public RaceVerdict Ended() => GivenUp("the code ends the process");

    private RaceVerdict GivenUp(string reason)
    {
        var site = _arena?.Running is { Site: >= 0 and var number } ? code.Sites[number] : (Site?)null;
        var line = site is { Line: > 0 } ? 0 : LineOf(_plan);
        return Verdict(RaceVerdictKind.NotControlled, $"{reason}{(site is { } at ? $", after {at}" : "")}{(line > 0 ? $" (line {line})" : "")}");
    }

    public RaceVerdict Explore(CancellationToken cancellationToken)
    {
        code.Sites.Stray = null;
        if (MemberTable.Of(type, out var reason, options.Without) is not { } table)
            return Verdict(RaceVerdictKind.Undecided, reason);
        if (Trial(table) is { } unusable)
            return unusable;
        if (Leak(table, cancellationToken) is { } leak)
            return leak;
        foreach (var plan in new ProgramGenerator(table, options.Seed).Programs().Take(options.MaxPrograms))
        {
            if (cancellationToken.IsCancellationRequested || _broken.Count >= MostBroken)
                break;
            if (Explore(table, plan, cancellationToken) is not { } verdict)
                continue;
            // What goes wrong without any other thread says nothing of others: the rest may still show a race.
            if (verdict is not { Finding: null, Kind: RaceVerdictKind.Endless or RaceVerdictKind.NotControlled })
                return verdict;
            _broken.Add(verdict);
        }

        if (_broken.Count > 0)
            return _broken[0] with { Schedules = _schedules };
        return _programs == 0 ? Verdict(RaceVerdictKind.Undecided, "no program was run in the time given") : Verdict(RaceVerdictKind.Clean, "");
    }

    /// <summary>Makes an object and each call alone: what cannot be made, does not end or is not controlled is left out, and time passes where something waits for it.</summary>
    private RaceVerdict? Trial(MemberTable table)
    {
        var made = table.Makers.Count == 0 ? new RunEnd(RunEndKind.Completed, "", null, [], null) : null;
        foreach (var maker in table.Makers)
        {
            table.MakeBy(maker);
            made = Alone(table, new ProgramPlan([], [], []), out _, out _);
            if (made.Kind == RunEndKind.Completed)
                break;
        }

        if (made!.Kind == RunEndKind.Failed)
            return Verdict(RaceVerdictKind.Undecided, $"{type.Name} cannot be made with made-up arguments: {made.Reason}");
        if (made.Kind != RunEndKind.Completed)
            return Verdict(Kind(made.Kind), $"{Text(made, null)}, without any other thread");
        var hasTime = false;
        foreach (var call in table.All.ToList())
        {
            var plan = new ProgramPlan([], [[call]], []);
            var end = Alone(table, plan, out var waitsForTime, out var lanes);
            hasTime |= waitsForTime;
            if (lanes >= MeetingLanes && !call.IsLoop)
                table.Alone.Add(call);
            if (end is { Kind: RunEndKind.Failed, Exception: UnmadeArgumentException })
                table.Drop(call);
            if (end.Kind is not (RunEndKind.Endless or RunEndKind.NotControlled))
                continue;
            table.Drop(call);
            _broken.Add(Verdict(Kind(end.Kind), $"{Text(end, plan)}, without any other thread", plan));
        }

        foreach (var call in table.Edges.Where(call => Alone(table, new ProgramPlan([], [[call]], []), out _, out _).Kind is not (RunEndKind.Completed or RunEndKind.Deadlock)).ToList())
            table.Drop(call);
        if (hasTime)
            table.AddTime();
        if (table.All.Count > 0)
        {
            // Each of these costs a few runs only: they do not count against what programs may break.
            _broken.RemoveRange(Math.Min(1, _broken.Count), Math.Max(0, _broken.Count - 1));
            return null;
        }

        return _broken.Count > 0 ? _broken[0] : Verdict(RaceVerdictKind.Undecided, $"{type.Name} has no public member whose arguments can be made");
    }

    private RunEnd Alone(MemberTable table, ProgramPlan plan, out bool waitsForTime, out int lanes)
    {
        _plan = plan;
        using var arena = _arena = new Arena(code.Sites, options.MaxSteps);
        var run = new ProgramRun(plan, table, code, Boundary("together"), [.. plan.Calls.Select(call => Boundary(call.ToString()))]);
        var end = Alone(arena, () => run.InOrder([.. Enumerable.Range(0, plan.Calls.Count)]), Carrier.OfCaller(arena));
        waitsForTime = arena.Clock.HasAlarms || CallRecord.HasTimed(arena);
        lanes = arena.LaneCount;
        return end;
    }

    /// <summary>A lock that a call leaves taken, told from calls made one after the other.</summary>
    private RaceVerdict? Leak(MemberTable table, CancellationToken cancellationToken)
    {
        using var arena = _arena = new Arena(code.Sites, options.MaxSteps);
        var carrier = Carrier.OfCaller(arena);
        var leaks = new LockLeaks(table, plan => new ProgramRun(_plan = plan, table, code, Boundary("together"), [.. plan.Calls.Select(call => Boundary(call.ToString()))]), run => Alone(arena, run.Together, carrier), arena);
        if (leaks.Find(cancellationToken) is not var (plan, run, end, finding))
            return null;
        (_programs, _schedules) = (_programs + 1, _schedules + 1);
        return Verdict(Kind(end.Kind), Text(end, plan), plan) with { Finding = finding, Answers = Told(run) };
    }

    private static IReadOnlyList<string> Told(ProgramRun run) => [.. run.Answers().Select(answer => $"{answer.Call} → {answer.Answer}")];

    private RaceVerdict? Explore(MemberTable table, ProgramPlan plan, CancellationToken cancellationToken)
    {
        if (plan.Orders(MostOrders) is not { } orders)
            return null;
        _programs++;
        _plan = plan;
        var boundaries = plan.Calls.Select(call => Boundary(call.ToString())).ToArray();
        using var arena = _arena = new Arena(code.Sites, options.MaxSteps);
        var run = new ProgramRun(plan, table, code, Boundary("together"), boundaries);
        var carrier = Carrier.OfCaller(arena);
        var specification = SequentialSpecification.Of(plan, orders, run, body => Alone(arena, body, carrier));
        if (specification.Broken is { } broken)
            return Verdict(Kind(broken.Kind), $"{Text(broken, plan)}, without any other thread", plan);
        var result = Search(arena, table, run, specification, plan, orders, cancellationToken);
        return result.Finding is { } finding
            ? Verdict(Kind(finding.End.Kind), Text(finding.End, plan), plan) with { Finding = finding, Answers = Told(run) }
            : null;
    }

    private ExplorationResult Search(Arena arena, MemberTable table, ProgramRun run, SequentialSpecification specification, ProgramPlan plan, List<int[]> orders, CancellationToken cancellationToken)
    {
        var exploring = new ExplorationOptions { Seed = options.Seed, MaxRuns = options.MaxSchedules, Search = options.Search, Prunes = options.Prunes, MaxSteps = options.MaxSteps };
        if (plan.IsWide && options.Search == SearchKind.All)
            exploring = exploring with { Seed = Verify.HashSeed.Of(options.Seed, _programs), Search = SearchKind.Walks, MaxRuns = Math.Min(options.MaxSchedules, Sample) };
        using var landings = new LandingSearch(specification, plan, orders, code.Sites, options.MaxSteps, () => new ProgramRun(plan, table, code, Boundary("together"), []));
        var hasLearnt = false;
        var result = Once();
        // What was learnt may make a violation of what was seen and let go.
        if (result.Finding is null && hasLearnt)
            result = Once();
        return result;

        ExplorationResult Once()
        {
            var once = new Explorer(arena, exploring).Explore(
                () =>
                {
                    run.Together();
                    if (run.GivesBackUntaken is { } careless)
                        throw new InvariantBrokenException($"{careless} was refused a lock and gives it back");
                    if (!specification.Explains(run) && !run.HasJoinedCancelled)
                        throw new UnexplainedAnswersException();
                },
                IsExpected,
                cancellationToken);
            _schedules += once.Runs;
            return once;
        }

        bool IsExpected(RunEnd end)
        {
            if (end.Exception is UnexplainedAnswersException)
                return landings.Explains(run);
            if (end.Exception is not UntriedRefusalsException)
                return end.Kind == RunEndKind.Deadlock && (run.HasAnyGivenUp || specification.ExplainsWaiting(run));
            using var beside = new Arena(code.Sites, options.MaxSteps);
            var carrier = Carrier.OfCaller(beside);
            specification.Learn(run.Refused, orders, new ProgramRun(plan, table, code, Boundary("together"), []), body => Alone(beside, body, carrier));
            hasLearnt |= !specification.Explains(run);
            return true;
        }
    }

    private RunEnd Alone(Arena arena, Action body, Carrier carrier)
    {
        var end = arena.Run(body, SwitchReplay.Default, carrier);
        if (end.Kind != RunEndKind.Deadlock || !code.Sites.IsNews(end))
            return end;
        arena.Patience = Explorer.Doubt;
        var again = arena.Run(body, SwitchReplay.Default, carrier);
        arena.Patience = TimeSpan.Zero;
        return again.Kind == RunEndKind.Deadlock ? end : RunEnd.Outside(end, again);
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

    private string Text(RunEnd end, ProgramPlan? plan)
    {
        var line = end.At is { Line: > 0 } at ? at.Line : end.Exception is InvariantBrokenException ? 0 : LineOf(plan);
        return (end.Exception is InvariantBrokenException broken ? broken.Message : end.Reason) + (line > 0 ? $" (line {line})" : "");
    }

    // Of what is called, where no place inside is known: the first call that the source has a line for, or how the object is made.
    private int LineOf(ProgramPlan? plan) => (plan?.Calls ?? []).Select(call => call.Method is System.Reflection.MethodInfo method ? code.Sites.FirstLineOf(Names.Whole(method)) : 0)
        .Append(code.Sites.FirstLineOf($"{(type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName}.new {type.Name.Split('`')[0]}")).FirstOrDefault(line => line > 0);

    private RaceVerdict Verdict(RaceVerdictKind kind, string reason, ProgramPlan? plan = null) =>
        new(type.Name, kind, reason, _programs, _schedules, options.Seed, plan?.ToString() ?? "", [], null);
}
