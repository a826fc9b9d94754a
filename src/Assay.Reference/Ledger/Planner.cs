using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Assay.Reference.Ledger;

/// <summary>Finds what a request refers to, before anything is locked.</summary>
internal sealed class Planner(LedgerBook book)
{
    public Plan Plan(LedgerRequest request) => request switch
    {
        LedgerRequest.OpenAccount => new Plan(request, EventCause.Request),
        LedgerRequest.CloseAccount close => PlanClose(close),
        LedgerRequest.Post post => PlanPostings(post, post.Postings),
        LedgerRequest.Reserve reserve => PlanPostings(reserve, reserve.Postings),
        LedgerRequest.Schedule schedule => PlanPostings(schedule, schedule.Postings),
        LedgerRequest.PostReserved post => PlanPending(post, post.Reservation, isReservation: true),
        LedgerRequest.VoidReserved release => PlanPending(release, release.Reservation, isReservation: true),
        LedgerRequest.CancelScheduled cancel => PlanPending(cancel, cancel.Scheduled, isReservation: false),
        LedgerRequest.Reverse reverse => PlanReversal(reverse),
        _ => throw new ArgumentException($"{request.GetType()} is no request of this ledger.", nameof(request)),
    };

    /// <summary>The plan of what happens when a reservation's or scheduled request's time has come.</summary>
    public Plan PlanDue(PendingRequest pending) =>
        new(pending.Opened.Request, pending.IsReservation ? EventCause.Timeout : EventCause.Due)
        {
            Postings = pending.Postings, Accounts = AccountsOf(pending.Postings), Pending = pending,
        };

    /// <summary>Whether a decision rests on the absence of something that exists by now, or on an instant that has passed.</summary>
    public bool IsStale(Plan plan, Draft draft, DateTimeOffset now) => draft.Status switch
    {
        // A success about something open must lie before the instant at which that ends. A refusal stays right: what ended stays ended.
        LedgerStatus.Done => plan.Deadline <= now
            || (plan.Request is LedgerRequest.OpenAccount open && book.TryFindAccount(open.Account, out _)),
        LedgerStatus.AccountNotFound or LedgerStatus.TargetNotFound => Plan(plan.Request).Refusal != draft.Status,
        _ => false,
    };

    private Plan PlanClose(LedgerRequest.CloseAccount close) => book.TryFindAccount(close.Account, out var account)
        ? new Plan(close, EventCause.Request) { Accounts = [account] }
        : Refused(close, LedgerStatus.AccountNotFound);

    private Plan PlanPostings(LedgerRequest request, ImmutableArray<Posting> postings)
    {
        foreach (var posting in postings)
        {
            if (!book.TryFindAccount(posting.From, out _) || !book.TryFindAccount(posting.To, out _))
                return Refused(request, LedgerStatus.AccountNotFound);
        }

        var plan = new Plan(request, EventCause.Request) { Postings = postings, Accounts = AccountsOf(postings) };
        foreach (var posting in postings)
        {
            var currency = posting.Amount.Currency;
            if (plan.AccountOf(posting.From).Currency != currency || plan.AccountOf(posting.To).Currency != currency)
                return Refused(request, LedgerStatus.CurrencyMismatch);
        }

        return plan;
    }

    private Plan PlanPending(LedgerRequest request, RequestKey target, bool isReservation)
    {
        if (book.FindEvent(target) is null)
            return Refused(request, LedgerStatus.TargetNotFound);
        if (book.FindPending(target) is not { } pending || pending.IsReservation != isReservation)
            return Refused(request, LedgerStatus.WrongTarget);
        return new Plan(request, EventCause.Request)
        {
            Postings = pending.Postings, Accounts = AccountsOf(pending.Postings), Pending = pending,
        };
    }

    private Plan PlanReversal(LedgerRequest.Reverse reverse)
    {
        if (book.FindEvent(reverse.Original) is not { } original)
            return Refused(reverse, LedgerStatus.TargetNotFound);
        if (original is { Request: LedgerRequest.Reverse, Status: LedgerStatus.Done })
            return Refused(reverse, LedgerStatus.TargetIsReversal);
        // A scheduled request has moved its postings once it has fired, which only its accounts' locks can tell.
        var (pending, postings) = original switch
        {
            { Status: not LedgerStatus.Done } => (null, default),
            { Request: LedgerRequest.Post post } => (null, post.Postings),
            { Request: LedgerRequest.PostReserved } => (null, Moved(original)),
            { Request: LedgerRequest.Schedule schedule } => (book.FindPending(reverse.Original), schedule.Postings),
            _ => (null, default),
        };
        if (postings.IsDefault)
            return Refused(reverse, LedgerStatus.WrongTarget);
        return new Plan(reverse, EventCause.Request)
        {
            Postings = postings, Accounts = AccountsOf(postings), Pending = pending,
        };
    }

    // The reservation's postings with the amounts that were posted of them.
    private ImmutableArray<Posting> Moved(LedgerEvent posted)
    {
        var reservation = ((LedgerRequest.PostReserved)posted.Request).Reservation;
        var postings = book.FindPending(reservation)!.Postings.ToArray();
        for (var i = 0; i < postings.Length; i++)
            postings[i] = postings[i] with { Amount = postings[i].Amount with { MinorUnits = 0 } };
        foreach (var leg in posted.Legs)
            postings[leg.Number] = leg.Posting;
        return ImmutableCollectionsMarshal.AsImmutableArray(postings);
    }

    // By ascending number: one total order for everybody, so no cycle of waits can arise. Numbers are unique, so there is no tie to break.
    private Account[] AccountsOf(ImmutableArray<Posting> postings)
    {
        if (postings.Length == 1)
            return AccountsOf(postings[0]);
        var accounts = new SortedDictionary<long, Account>();
        foreach (var posting in postings)
        {
            foreach (var account in AccountsOf(posting))
                accounts[account.Id] = account;
        }

        return [.. accounts.Values];
    }

    private Account[] AccountsOf(Posting posting)
    {
        if (!book.TryFindAccount(posting.From, out var from) || !book.TryFindAccount(posting.To, out var to))
            throw new LedgerCorruptException($"The accounts of {posting} have disappeared.");
        return from.Id < to.Id ? [from, to] : [to, from];
    }

    private static Plan Refused(LedgerRequest request, LedgerStatus status) => new(request, EventCause.Request) { Refusal = status };
}
