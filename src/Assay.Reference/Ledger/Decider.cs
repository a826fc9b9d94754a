using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Assay.Reference.Ledger;

/// <summary>Decides what becomes of a plan whose accounts are locked. Reads only; the statuses are checked in their order.</summary>
internal sealed class Decider(LedgerBook book)
{
    public Draft Decide(Plan plan)
    {
        if (plan.Refusal != LedgerStatus.Done)
            return Draft.Refused(plan.Refusal);
        return plan.Cause switch
        {
            EventCause.Timeout => Draft.Done,
            EventCause.Due => DecidePost(plan),
            _ => DecideRequest(plan),
        };
    }

    private Draft DecideRequest(Plan plan) => plan.Request switch
    {
        LedgerRequest.OpenAccount open => book.TryFindAccount(open.Account, out _) ? Draft.Refused(LedgerStatus.AccountExists) : Draft.Done,
        LedgerRequest.CloseAccount => DecideClose(plan.Accounts[0]),
        LedgerRequest.Post => DecidePost(plan),
        LedgerRequest.Reserve => DecideReserve(plan),
        LedgerRequest.Schedule => AnyClosed(plan) ? Draft.Refused(LedgerStatus.AccountClosed) : Draft.Done,
        LedgerRequest.PostReserved post => DecidePostReserved(plan, post),
        LedgerRequest.Reverse reverse => DecideReverse(plan, reverse),
        // Voiding and cancelling.
        _ => OpenOr(plan.Pending!.State),
    };

    private static Draft DecideClose(Account account)
    {
        if (account.IsClosed)
            return Draft.Refused(LedgerStatus.AccountClosed);
        return account.IsEmpty ? Draft.Done : Draft.Refused(LedgerStatus.AccountNotEmpty);
    }

    private static Draft DecidePost(Plan plan)
    {
        if (AnyClosed(plan))
            return Draft.Refused(LedgerStatus.AccountClosed);
        // The sums of a request are bounded by its form, so these fit.
        var changes = new long[plan.Accounts.Length];
        foreach (var posting in plan.Postings)
        {
            changes[plan.IndexOf(posting.From)] -= posting.Amount.MinorUnits;
            changes[plan.IndexOf(posting.To)] += posting.Amount.MinorUnits;
        }

        return RoomFor(plan, changes, changes) is var status and not LedgerStatus.Done ? Draft.Refused(status) : Moves(plan, plan.Postings);
    }

    // What may leave is not set off against what may come: either can be posted in part, or not at all.
    private static Draft DecideReserve(Plan plan)
    {
        if (AnyClosed(plan))
            return Draft.Refused(LedgerStatus.AccountClosed);
        var (leaving, coming) = (new long[plan.Accounts.Length], new long[plan.Accounts.Length]);
        foreach (var posting in plan.Postings)
        {
            leaving[plan.IndexOf(posting.From)] -= posting.Amount.MinorUnits;
            coming[plan.IndexOf(posting.To)] += posting.Amount.MinorUnits;
        }

        return RoomFor(plan, leaving, coming) is var status and not LedgerStatus.Done ? Draft.Refused(status) : Draft.Done;
    }

    // Bounds need no look: the reservation has kept room for each of its postings, in full or in part.
    private static Draft DecidePostReserved(Plan plan, LedgerRequest.PostReserved post)
    {
        if (AmountsOf(plan, post.Amounts, out var postings) is var status and not LedgerStatus.Done)
            return Draft.Refused(status);
        var open = OpenOr(plan.Pending!.State);
        return open.Status == LedgerStatus.Done ? Moves(plan, postings) : open;
    }

    private Draft DecideReverse(Plan plan, LedgerRequest.Reverse reverse)
    {
        if (plan.Pending is { } scheduled && !scheduled.HasMoved)
            return Draft.Refused(LedgerStatus.WrongTarget);
        if (AmountsOf(plan, reverse.Amounts, out var postings) is var status and not LedgerStatus.Done)
            return Draft.Refused(status);
        var isWhole = reverse.Amounts.IsDefaultOrEmpty;
        var back = new Posting[postings.Length];
        for (var i = 0; i < back.Length; i++)
        {
            var left = plan.Postings[i].Amount.MinorUnits - book.ReversedOf(reverse.Original, i);
            var asked = isWhole ? left : postings[i].Amount.MinorUnits;
            if (asked > left)
                return Draft.Refused(LedgerStatus.AlreadyReversed);
            back[i] = new Posting(postings[i].To, postings[i].From, postings[i].Amount with { MinorUnits = asked });
        }

        if (Array.TrueForAll(back, posting => posting.Amount.MinorUnits == 0))
            return Draft.Refused(LedgerStatus.AlreadyReversed);
        return DecidePost(plan.With(ImmutableCollectionsMarshal.AsImmutableArray(back)));
    }

    private static LedgerStatus AmountsOf(Plan plan, ImmutableArray<long> amounts, out ImmutableArray<Posting> postings)
    {
        postings = plan.Postings;
        if (amounts.IsDefaultOrEmpty)
            return LedgerStatus.Done;
        if (amounts.Length != postings.Length)
            return LedgerStatus.LegMismatch;
        var asked = new Posting[amounts.Length];
        for (var i = 0; i < asked.Length; i++)
        {
            if (amounts[i] > postings[i].Amount.MinorUnits)
                return LedgerStatus.ExceedsTarget;
            asked[i] = postings[i] with { Amount = postings[i].Amount with { MinorUnits = amounts[i] } };
        }

        postings = ImmutableCollectionsMarshal.AsImmutableArray(asked);
        return LedgerStatus.Done;
    }

    private static Draft OpenOr(PendingState state) => state switch
    {
        PendingState.Posted => Draft.Refused(LedgerStatus.AlreadyPosted),
        PendingState.Voided => Draft.Refused(LedgerStatus.AlreadyVoided),
        PendingState.Expired => Draft.Refused(LedgerStatus.ReservationExpired),
        PendingState.Fired => Draft.Refused(LedgerStatus.AlreadyFired),
        PendingState.Cancelled => Draft.Refused(LedgerStatus.AlreadyCancelled),
        _ => Draft.Done,
    };

    private static bool AnyClosed(Plan plan) => Array.Exists(plan.Accounts, account => account.IsClosed);

    private static LedgerStatus RoomFor(Plan plan, long[] below, long[] above)
    {
        for (var i = 0; i < below.Length; i++)
        {
            if (!plan.Accounts[i].HasRoomBelow(below[i]))
                return LedgerStatus.InsufficientFunds;
        }

        for (var i = 0; i < above.Length; i++)
        {
            if (!plan.Accounts[i].HasRoomAbove(above[i]))
                return LedgerStatus.ExceedsMaximum;
        }

        return LedgerStatus.Done;
    }

    // Leg by leg, with the balance after each: bounds hold at the end of the request, not between its legs.
    private static Draft Moves(Plan plan, ImmutableArray<Posting> postings)
    {
        var balances = Array.ConvertAll(plan.Accounts, account => (account.Posted, account.Version));
        var legs = ImmutableArray.CreateBuilder<Leg>(postings.Length);
        for (var number = 0; number < postings.Length; number++)
        {
            var posting = postings[number];
            if (posting.Amount.MinorUnits == 0)
                continue;
            var (from, to) = (Enter(posting.From, -posting.Amount.MinorUnits), Enter(posting.To, posting.Amount.MinorUnits));
            legs.Add(new Leg(number, posting, from.Balance, from.Version, to.Balance, to.Version));
        }

        return new Draft(LedgerStatus.Done, legs.DrainToImmutable());

        (long Balance, long Version) Enter(long account, long change)
        {
            ref var balance = ref balances[plan.IndexOf(account)];
            return balance = (checked(balance.Posted + change), balance.Version + 1);
        }
    }
}
