using System.Collections.Immutable;

namespace Assay.Reference.Ledger;

/// <summary>A reservation or a scheduled request: what an earlier event left open for a later one.</summary>
internal sealed class PendingRequest
{
    /// <summary>A hundred years: far from the end of the calendar, whatever the clock says.</summary>
    public static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(36_525);

    private PendingRequest(LedgerEvent opened, ImmutableArray<Posting> postings, DateTimeOffset? dueAt) =>
        (Opened, Postings, DueAt) = (opened, postings, dueAt);

    public LedgerEvent Opened { get; }

    public ImmutableArray<Posting> Postings { get; }

    public DateTimeOffset? DueAt { get; }

    public bool IsReservation => Opened.Request is LedgerRequest.Reserve;

    // Leaves Open once and never changes again; guarded by the locks of the accounts of its postings, all of them.
    public PendingState State { get; private set; }

    /// <summary>Of a scheduled request, whether it has fired and was not refused then.</summary>
    public bool HasMoved { get; private set; }

    public static PendingRequest? Of(LedgerEvent opened) => (opened.Cause, opened.Status, opened.Request) switch
    {
        (EventCause.Request, LedgerStatus.Done, LedgerRequest.Reserve reserve) =>
            new PendingRequest(opened, reserve.Postings, DueAfter(opened.At, reserve.Timeout)),
        (EventCause.Request, LedgerStatus.Done, LedgerRequest.Schedule schedule) =>
            new PendingRequest(opened, schedule.Postings, schedule.DueAt.ToUniversalTime()),
        _ => null,
    };

    public void Fire(bool hasMoved)
    {
        Become(PendingState.Fired);
        HasMoved = hasMoved;
    }

    public void Become(PendingState state)
    {
        if (State != PendingState.Open)
            throw new LedgerCorruptException($"Request {Opened.Request.Key} was {State} and would become {state}.");
        State = state;
    }

    // A clock near the end of the calendar must not make a reservation throw.
    private static DateTimeOffset? DueAfter(DateTimeOffset at, TimeSpan timeout)
    {
        if (timeout == TimeSpan.Zero)
            return null;
        return timeout > DateTimeOffset.MaxValue - at ? DateTimeOffset.MaxValue : at + timeout;
    }
}

/// <summary>What became of a reservation or a scheduled request.</summary>
internal enum PendingState
{
    Open = 0,
    Posted,
    Voided,
    Expired,
    Fired,
    Cancelled,
}
