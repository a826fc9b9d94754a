using Assay.Verify.Exploration;

namespace Assay.Weaving.Programs;

/// <summary>
/// What a program may answer: what the same calls answer one after the other, in every order that keeps each lane's own (Burckhardt, Dern, Musuvathi and
/// Tan, Line-Up, 2010). A call that waits for ever in some order may do so among others too.
/// </summary>
internal sealed class SequentialSpecification
{
    private const int MostMixed = 4;

    private const string Separator = " | ";

    private readonly ProgramPlan _plan;

    // By outcome, the orders that lead to it; by outcome and waiting call, that it may come to that.
    private readonly Dictionary<string, List<int[]>> _orders = [];
    private readonly HashSet<string> _stuck = [];

    // What the orders lead to when attempts are refused that among others would be.
    private readonly Dictionary<string, SequentialSpecification> _refused = [];

    private SequentialSpecification(ProgramPlan plan) => _plan = plan;

    /// <summary>Whether work went on beside the calls, in some order.</summary>
    public bool HasCompany { get; private set; }

    /// <summary>An end that no single lane should come to: an endless loop, something not controlled, an invariant broken without any race.</summary>
    public RunEnd? Broken { get; private set; }

    public static SequentialSpecification Of(ProgramPlan plan, List<int[]> orders, ProgramRun run, Func<Action, RunEnd> execute, string refused = "")
    {
        var specification = new SequentialSpecification(plan);
        foreach (var order in orders)
        {
            specification.Learn(order, run, execute(() => run.InOrder(order, refused)));
            specification.HasCompany |= run.HasCompany;
            // Where work goes on beside the calls, it may also be late.
            foreach (var rests in run.HasCompany ? Rests(plan.Before.Count + order.Length, run.UsualRests) : [])
            {
                if (specification.Broken is null)
                    specification.Learn(order, run, execute(() => run.InOrder(order, refused, rests)));
            }

            if (specification.Broken is not null)
                break;
        }

        return specification;
    }

    // Every choice of the calls before which it has come to rest, or of many the plainest.
    private static IEnumerable<ulong> Rests(int calls, ulong usual) =>
        calls <= MostMixed ? Enumerable.Range(0, 1 << calls).Select(one => (ulong)one) : [0, ~0UL, usual | usual >> 1, ~usual];

    private void Learn(int[] order, ProgramRun run, RunEnd end)
    {
        if (end.Kind == RunEndKind.Completed)
            Add(run.Outcome(), order);
        else if (end.Kind == RunEndKind.Deadlock)
            _stuck.Add(run.Outcome());
        else
            Broken = end;
    }

    /// <summary>Whether some order that respects which calls ended before which began explains the answers.</summary>
    /// <exception cref="UntriedRefusalsException">That depends on what the calls come to when attempts are refused: learn it first.</exception>
    public bool Explains(ProgramRun run)
    {
        if (ExplainsPlainly(run) || ExplainsButForGauges(run))
            return true;
        if (run.Refused is not { Length: > 0 } refused)
            return false;
        return _refused.TryGetValue(refused, out var known) ? known.ExplainsPlainly(run) || known.ExplainsButForGauges(run) : throw new UntriedRefusalsException();
    }

    /// <summary>Learns what the orders lead to when the same attempts are refused as in a run. Outside of any run.</summary>
    public void Learn(string refused, List<int[]> orders, ProgramRun run, Func<Action, RunEnd> execute) => _refused[refused] = Of(_plan, orders, run, execute, refused);

    private bool ExplainsPlainly(ProgramRun run)
    {
        // Calls that wait for each other in every order, as at a barrier, specify nothing by what they answer alone.
        if (_orders.Count == 0 && _stuck.Count > 0)
            return true;
        if (!_orders.TryGetValue(run.Outcome(), out var orders))
            return false;
        return orders.Exists(order => Respects(order, run));
    }

    // How much work is under way, and what is free meanwhile, may be read while work runs that a call was handed; no order of whole calls shows it.
    private bool ExplainsButForGauges(ProgramRun run)
    {
        if (run.Gauges() is not { Count: > 0 } gauges)
            return false;
        var answers = run.Outcome();
        return _orders.Any(known => AreLike(known.Key, answers, gauges) && known.Value.Exists(order => Respects(order, run)));
    }

    /// <summary>Whether two outcomes are the same but for some calls.</summary>
    public static bool AreLike(string outcome, string other, List<int> but)
    {
        if (outcome == other)
            return true;
        var (answers, others) = (outcome.Split(Separator), other.Split(Separator));
        return others.Length == answers.Length && Enumerable.Range(0, answers.Length).All(call => answers[call] == others[call] || but.Contains(call));
    }

    /// <summary>Adds what an order has led to, with the attempts refused that were refused there.</summary>
    public void Add(string outcome, int[] order, string refused) => (refused.Length == 0 ? this : _refused[refused]).Add(outcome, order);

    /// <summary>Whether each call that waits would also wait after the calls that ended, made one after the other.</summary>
    public bool ExplainsWaiting(ProgramRun run)
    {
        if (_stuck.Count == 0)
            return false;
        var answers = run.Outcome().Split(Separator);
        return Enumerable.Range(0, answers.Length).Where(call => answers[call] == "waits").All(waiting =>
            _stuck.Contains(string.Join(Separator, answers.Select((answer, call) => call != waiting && answer == "waits" ? "-" : answer))));
    }

    private void Add(string outcome, int[] order)
    {
        if (!_orders.TryGetValue(outcome, out var orders))
            _orders[outcome] = orders = [];
        orders.Add(order);
    }

    /// <summary>Whether no call comes before one that had ended when it began.</summary>
    public bool Respects(int[] order, ProgramRun run)
    {
        for (var later = 1; later < order.Length; later++)
        {
            for (var earlier = 0; earlier < later; earlier++)
            {
                // What passing time wakes comes after it, at any time.
                if (!_plan.Calls[order[later]].IsTime && run.Ended(order[later]) < run.Begun(order[earlier]))
                    return false;
            }
        }

        return true;
    }
}
