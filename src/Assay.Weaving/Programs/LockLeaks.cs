using System.Collections;
using System.Reflection;
using Assay.Verify.Exploration;

namespace Assay.Weaving.Programs;

/// <summary>
/// Looks for a call that has ended and leaves a lock taken: another call, which takes it and gives it back by itself, then waits for ever, and nothing that anybody can call lets it go on. Nothing is
/// said of a lock that is handed out, or that anybody else can reach: then it may be theirs to give back.
/// </summary>
internal sealed class LockLeaks(MemberTable table, Func<ProgramPlan, ProgramRun> runOf, Func<ProgramRun, RunEnd> execute, Arena arena)
{
    private const int MostWaiters = 40;
    private const int MostCandidates = 120;

    // So many are made one after the other: enough to be quick, and few enough to come to their end.
    private const int Chain = 8;

    // What others can call is tried in twos. Of more than this nothing is said.
    private const int MostRuns = 5_000;

    private static readonly Type[] Locks =
        [typeof(SemaphoreSlim), typeof(Semaphore), typeof(Mutex), typeof(Lock), typeof(ReaderWriterLockSlim), typeof(ReaderWriterLock), typeof(SpinLock), typeof(Monitor), typeof(object), typeof(WaitHandle)];

    // What comes after the end of an object waits for ever by its caller's fault.
    private static readonly string[] Endings = ["Dispose", "Close", "Stop", "Shutdown", "ShutDown", "Complete", "Drain", "Kill", "Terminate"];

    private readonly List<CallPlan> _loops = [.. table.Loops];
    private int _tried;

    /// <summary>What was found: the program, its run and how it ended.</summary>
    public (ProgramPlan Plan, ProgramRun Run, RunEnd End, ScheduleFinding Finding)? Find(CancellationToken cancellationToken)
    {
        var waiters = table.Calls.Where(call => !call.IsTime).Take(MostWaiters).Concat(table.Edges.Take(MostWaiters)).Where(call => Run([call], [call]).End.Kind == RunEndKind.Completed).ToList();
        foreach (var call in table.Calls.Concat(table.Edges).Where(call => !call.IsTime && !IsEnding(call.Method)).Take(MostCandidates))
        {
            for (var from = 0; from < waiters.Count && !cancellationToken.IsCancellationRequested;)
            {
                var (run, end) = Run([call], waiters.GetRange(from, Math.Min(Chain, waiters.Count - from)));
                var waiting = end.Kind == RunEndKind.Deadlock && run.Waiting is { } one ? waiters.IndexOf(one, from) : -1;
                if (waiting < 0)
                {
                    from += Chain;
                    continue;
                }

                if (Leak(call, waiters[waiting]) is { } leak)
                    return leak;
                from = waiting + 1;
            }
        }

        return null;
    }

    private (ProgramPlan, ProgramRun, RunEnd, ScheduleFinding)? Leak(CallPlan call, CallPlan waiter)
    {
        var plan = new ProgramPlan(_loops, [[call], [waiter]], []);
        var run = runOf(plan);
        var log = arena.Log = new StepLog();
        var end = execute(run);
        arena.Log = null;
        var steps = log.Steps.ToList();
        if (end.Kind != RunEndKind.Deadlock || run.Waiting != waiter || run.SharesOthers || IsHandedOut(run.Answer(plan.Starts[0]), call))
            return null;
        // The last that the waiting call asks for is a lock, and the one before has taken it.
        if (steps.FindLastIndex(IsTaking) is not (>= 0 and var last) || !steps.Exists(step => step.Lane != steps[last].Lane && IsTaking(step) && step.Target == steps[last].Target) || steps[^1].Lane != steps[last].Lane)
            return null;
        if (IsWithinReach() || table.Reachable() is not { } reachable || IsLetGo(call, waiter, [.. reachable, .. table.Edges]))
            return null;
        var text = $"{call} leaves the lock taken: {waiter} waits for it for ever, and no other call lets it go on";
        return (plan, run, end with { Reason = text }, new ScheduleFinding(end with { Reason = text }, SwitchList.None, steps));
    }

    // By one call or two: before it waits, while it does, or one each.
    private bool IsLetGo(CallPlan call, CallPlan waiter, List<CallPlan> reachable)
    {
        _tried = 0;
        foreach (var one in reachable)
        {
            if (GoesOn([call, one], [waiter]) || GoesOn([call], [waiter], [one]))
                return true;
        }

        return reachable.Any(first => reachable.Any(second =>
            GoesOn([call, first, second], [waiter]) || GoesOn([call], [waiter], [first, second]) || GoesOn([call, first], [waiter], [second])));

        // What cannot be told may be.
        bool GoesOn(params CallPlan[][] lanes) => ++_tried > MostRuns || Run(lanes) is not (var run, { Kind: RunEndKind.Deadlock }) || run.HasEnded(waiter);
    }

    private (ProgramRun Run, RunEnd End) Run(params IReadOnlyList<CallPlan>[] lanes)
    {
        var run = runOf(new ProgramPlan(_loops, lanes, []));
        return (run, execute(run));
    }

    private static bool IsTaking(LoggedStep step) => step is { Waits: false, Site.Kind: SiteKind.Acquire } && Array.Exists(Locks, one => step.Site.What.StartsWith(one.Name + ".", StringComparison.Ordinal));

    private static bool IsEnding(MethodBase method) => Array.Exists(Endings, name => method.Name.StartsWith(name, StringComparison.Ordinal));

    // What a caller is given may be what gives the lock back, or may be asked back.
    private bool IsHandedOut(object? answer, CallPlan call) => answer switch
    {
        null or Exception => false,
        IDisposable or IAsyncDisposable or Delegate => true,
        bool => false,
        _ when table.Calls.Any(other => other.Method != call.Method && other.Method.GetParameters().Any(parameter => parameter.ParameterType.IsInstanceOfType(answer))) => true,
        string or IEnumerable or ValueType when answer.GetType().Assembly != table.Type.Assembly => false,
        _ => answer.GetType() != table.Type && !IsPlain(answer.GetType()),
    };

    private bool IsPlain(Type type) => type.Assembly == table.Type.Assembly && type.GetMethods().All(method => method.IsSpecialName || method.DeclaringType != type || method.GetBaseDefinition() != method || method.Name is "Equals" or "<Clone>$" or "Deconstruct");

    // A field, or an answer, by which others come to the lock themselves.
    private bool IsWithinReach()
    {
        for (var type = table.Type; type is not null && type.Assembly == table.Type.Assembly; type = type.BaseType)
        {
            const BindingFlags all = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
            if (type.GetFields(all).Any(field => !field.IsPrivate && Tells(field.FieldType)) || type.GetMethods(all).Any(method => !method.IsPrivate && Tells(method.ReturnType)))
                return true;
        }

        return false;
    }

    private bool Tells(Type type)
    {
        var told = Later.IsTask(type) && type.IsGenericType ? type.GetGenericArguments()[0] : type;
        return Locks.Contains(told) || (told.Assembly == table.Type.Assembly && told != table.Type && !told.IsEnum && !typeof(IDisposable).IsAssignableFrom(told) && !IsPlain(told));
    }
}
