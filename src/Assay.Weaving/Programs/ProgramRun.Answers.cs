namespace Assay.Weaving.Programs;

/// <content>What a run tells when it is over.</content>
internal sealed partial class ProgramRun
{
    // Stands for a call that was cancelled, and got through all the same: what it had to wait for may have come just in time.
    private const string Whole = "whole";

    /// <summary>When a call began, in moments of the run; zero when it has not.</summary>
    public int Begun(int call) => _begun[call];

    /// <summary>When it ended; zero when it has not.</summary>
    public int Ended(int call) => _ended[call];

    /// <summary>Call by call, which attempts were refused that did not wait for ever; empty when none was.</summary>
    public string Refused
    {
        get
        {
            var refused = string.Join(',', Enumerable.Range(0, plan.AfterStart).Select(call => HasGivenUp(call) ? _answers[call]!.GetType().Name : IsCancelled(call) ? Whole : _records[call]?.ToString()));
            return refused.Contains('0', StringComparison.Ordinal) || Enumerable.Range(0, plan.AfterStart).Any(IsCancelled) ? refused : "";
        }
    }

    /// <summary>Whether a call of a lane was cancelled, and gave up: it might have had no need to wait, and others may have counted on what it does.</summary>
    public bool HasAnyGivenUp => Enumerable.Range(plan.Before.Count, plan.AfterStart - plan.Before.Count).Any(HasGivenUp);

    /// <summary>A call that goes on after a wait has run out, or an attempt was refused, as if it held the lock, and gives it back; null when there is none.</summary>
    public CallPlan? GivesBackUntaken => Enumerable.Range(plan.Before.Count, plan.AfterStart - plan.Before.Count).Where(call =>
        (_answers[call] is SynchronizationLockException or SemaphoreFullException || _answers[call]?.GetType() == typeof(ApplicationException)) &&
        _records[call].ToString().Contains('0', StringComparison.Ordinal)).Select(call => plan.Calls[call]).FirstOrDefault();

    /// <summary>Whether a call was told of a cancellation that is none of its own: it has joined what another began.</summary>
    public bool HasJoinedCancelled => Enumerable.Range(0, plan.AfterStart).Any(HasGivenUp) && Enumerable.Range(0, plan.Calls.Count).Any(call => !plan.Calls[call].IsCancelled && _answers[call] is OperationCanceledException);

    private bool IsCancelled(int call) => plan.Calls[call].IsCancelled;

    private bool HasGivenUp(int call) => IsCancelled(call) && _answers[call] is OperationCanceledException { InnerException: null } given && GivenUp(given.GetType().Name) is not null;

    // What a call that was cancelled throws where it does nothing else.
    private static OperationCanceledException? GivenUp(string name) => name switch
    {
        nameof(OperationCanceledException) => new OperationCanceledException(),
        nameof(TaskCanceledException) => new TaskCanceledException(),
        _ => null,
    };

    /// <summary>The calls of lanes that only read a number while another call ran work it was handed.</summary>
    public List<int> Gauges() =>
    [
        .. Enumerable.Range(plan.Before.Count, plan.AfterStart - plan.Before.Count).Where(call => plan.Calls[call].IsGauge && _ended[call] > 0 &&
            Enumerable.Range(plan.Before.Count, plan.AfterStart - plan.Before.Count).Any(other => other != call &&
                (_records[call] is { ReadsGauge: true } || _records[other] is { RunsWork: true }) && _begun[other] < _ended[call] && (_ended[other] == 0 || _begun[call] < _ended[other]))),
    ];

    /// <summary>The first call that has begun and not ended; null when there is none.</summary>
    public CallPlan? Waiting => Enumerable.Range(0, plan.AfterStart).Where(call => _begun[call] > 0 && _ended[call] == 0).Select(call => plan.Calls[call]).FirstOrDefault();

    /// <summary>Whether a call has ended, wherever it stands.</summary>
    public bool HasEnded(CallPlan call) => Enumerable.Range(0, plan.AfterStart).Any(index => plan.Calls[index] == call && _ended[index] > 0);

    /// <summary>Whether others may hold what calls share.</summary>
    public bool SharesOthers => _objects.HasOthers;

    /// <summary>What a call answered, or threw.</summary>
    public object? Answer(int call) => _answers[call];

    /// <summary>Everything that was answered, so that equal outcomes read equal.</summary>
    public string Outcome()
    {
        var rendering = new Rendering();
        return string.Join(" | ", Enumerable.Range(0, plan.Calls.Count).Select(call => Shown(rendering, call)).Append(_inside));
    }

    /// <summary>The answers call by call, for a reader.</summary>
    public IEnumerable<(CallPlan Call, string Answer)> Answers()
    {
        var rendering = new Rendering();
        return plan.Calls.Select((call, index) => (call, Shown(rendering, index))).ToList();
    }

    /// <summary>What one call answered, where that can be told without the others and does not change.</summary>
    public string? PlainAnswer(int call) => _answers[call] is null or string or Exception || _answers[call]!.GetType().IsPrimitive ? Shown(new Rendering(), call) : null;

    private string Shown(Rendering rendering, int call) => _ended[call] == 0 ? (_begun[call] == 0 ? "-" : "waits") : _answers[call] is Exception ? rendering.Of(_answers[call]) : plan.Calls[call].HasAnswer ? rendering.Of(_answers[call]) : "done";
}
