using Assay.Verify.Exploration;

namespace Assay.Weaving.Programs;

/// <summary>
/// Explains answers by where work beside the calls may have landed when they were made one after the other. There are many such places, so they are looked for only when nothing
/// plainer explains the answers of a run, and only as far as calls answer what they did there.
/// </summary>
internal sealed class LandingSearch(SequentialSpecification specification, ProgramPlan plan, List<int[]> orders, SiteTable sites, int maxSteps, Func<ProgramRun> make) : IDisposable
{
    // Of one program: what is not found by then is no explanation.
    private const int MostRuns = 10_000;

    // In one run, when nothing else explains the answers.
    private const int MostHeldUp = 6;

    private readonly HashSet<string> _unexplained = [];
    private Arena? _arena;
    private int _runs;
    private bool _takes;

    /// <summary>Whether some order of the calls that respects which ended before which began explains the answers. Outside of any run.</summary>
    public bool Explains(ProgramRun run)
    {
        if (!specification.HasCompany || _runs >= MostRuns)
            return false;
        var respected = Enumerable.Range(0, orders.Count).Where(order => specification.Respects(orders[order], run)).ToList();
        var (outcome, refused) = (run.Outcome(), run.Refused);
        // The same answers, of calls that followed each other alike, come back while a schedule is simplified.
        if (!_unexplained.Add($"{string.Join(',', respected)} {refused} {outcome}"))
            return false;
        var wanted = Enumerable.Range(0, plan.Calls.Count).Select(run.PlainAnswer).ToArray();
        var gauges = run.Gauges();
        gauges.ForEach(call => wanted[call] = null);
        _arena ??= new Arena(sites, maxSteps);
        // First those that are most like what happened.
        var likely = respected.Select(order => orders[order]).OrderBy(order => Turned(order, run));
        _takes = false;
        return Any(new Landings(wanted, 0, stands: false)) || (_takes && (Any(new Landings(wanted, MostHeldUp, stands: false)) || Any(new Landings(wanted, 1, stands: true))));

        bool Any(Landings landings) => likely.Any(order => LeadsTo(outcome, order, refused, landings, gauges, _arena));
    }

    // Of how many pairs of calls the one that was under way later comes first.
    private static int Turned(int[] order, ProgramRun run) =>
        order.Select((later, place) => order.Take(place).Count(earlier => run.Begun(earlier) + run.Ended(earlier) > run.Begun(later) + run.Ended(later))).Sum();

    private bool LeadsTo(string outcome, int[] order, string refused, Landings landings, List<int> gauges, Arena arena)
    {
        var (beside, carrier) = (make(), Carrier.OfCaller(arena));
        do
        {
            var end = arena.Run(() => beside.InOrder(order, refused, landings: landings), landings, carrier);
            _takes |= landings.Takes;
            if (end.Kind != RunEndKind.Completed || landings.IsInVain || !SequentialSpecification.AreLike(beside.Outcome(), outcome, gauges))
                continue;
            specification.Add(beside.Outcome(), order, refused);
            return true;
        }
        while (landings.MoveOn() && ++_runs < MostRuns);
        return false;
    }

    public void Dispose() => _arena?.Dispose();
}
