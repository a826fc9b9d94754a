using System.Collections.Immutable;
using System.Numerics;
using Assay.Reference.Ledger;
using Assay.Verify;

namespace Assay.Reference.Tests.Ledger;

/// <summary>What a history of a ledger consists of.</summary>
internal abstract record LedgerCall
{
    public sealed record Execute(LedgerRequest Request) : LedgerCall
    {
        public override string ToString() => $"{Request.GetType().Name} {Request.Key.Value}";
    }

    public sealed record Find(long Account) : LedgerCall;
}

/// <summary>The answer to a call: of one kind or the other.</summary>
internal readonly record struct LedgerAnswer(LedgerResult? Result, AccountSnapshot? Account);

/// <summary>
/// The specification of a ledger, one request at a time, in unbounded integers and without a thought for speed. For each request it collects
/// every status that applies and answers the first in their order.
/// </summary>
internal sealed class LedgerModel : ISequentialModel<LedgerState, LedgerCall, LedgerAnswer>
{
    public LedgerState Initial => LedgerState.Empty;

    public IEnumerable<Outcome<LedgerState, LedgerAnswer>> Apply(LedgerState state, LedgerCall input)
    {
        if (input is LedgerCall.Find find)
            return [new(state, new LedgerAnswer(null, state.Find(find.Account)))];
        var (next, result) = Execute(state, ((LedgerCall.Execute)input).Request);
        return [new(next, new LedgerAnswer(result, null))];
    }

    /// <summary>Moves time; everything due happens one after the other, by instant and then by number.</summary>
    public static LedgerState Advance(LedgerState state, DateTimeOffset now)
    {
        while (true)
        {
            var due = state.Pending.Where(pair => pair.Value.State == "open" && pair.Value.DueAt <= now)
                .OrderBy(pair => pair.Value.DueAt).ThenBy(pair => pair.Value.Sequence).Select(pair => pair.Key).ToList();
            if (due.Count == 0)
                return state with { Now = now };
            var (key, pending) = (due[0], state.Pending[due[0]]);
            state = pending.IsReservation ? Free(state, key, "expired") : Fire(state, key, pending);
            state = state with { Sequence = state.Sequence + 1 };
        }
    }

    public static (LedgerState State, LedgerResult Result) Execute(LedgerState state, LedgerRequest request)
    {
        if (request.Key.Value == 0)
            return (state, LedgerResult.Unrecorded(LedgerStatus.InvalidKey));
        if (state.Keys.TryGetValue(request.Key, out var used))
            return (state, ModelForm.AreEqual(used.Request, request) ? used.Result : LedgerResult.Unrecorded(LedgerStatus.KeyConflict));
        if (ModelForm.FirstFault(request) is { } fault)
            return (state, LedgerResult.Unrecorded(fault));
        var (status, next, legs) = Effect(state, request);
        next = (status == LedgerStatus.Done ? next : state) with { Sequence = state.Sequence + 1 };
        var result = new LedgerResult(status, next.Sequence, 0, 0);
        if (status == LedgerStatus.Done && legs.FirstOrDefault(leg => leg.Amount.MinorUnits > 0) is { From: not 0 } first)
            result = result with { FromBalance = BalanceAfter(state, legs, first, first.From), ToBalance = BalanceAfter(state, legs, first, first.To) };
        return (next with { Keys = next.Keys.Add(request.Key, (request, result)) }, result);
    }

    private static (LedgerStatus Status, LedgerState Next, IReadOnlyList<Posting> Legs) Effect(LedgerState state, LedgerRequest request)
    {
        switch (request)
        {
            case LedgerRequest.OpenAccount open:
                return state.Accounts.ContainsKey(open.Account)
                    ? (LedgerStatus.AccountExists, state, [])
                    : (LedgerStatus.Done, state.With(open.Account, new ModelAccount(open.Currency, open.Bounds.Minimum, open.Bounds.Maximum)), []);
            case LedgerRequest.CloseAccount close:
                return Close(state, close.Account);
            case LedgerRequest.Post post:
                return (FirstFault(state, post.Postings, nets: true), Move(state, post.Key, post.Postings), post.Postings);
            case LedgerRequest.Reserve reserve:
                var held = reserve.Postings.Aggregate(state, (s, posting) => s.Hold(posting, 1));
                DateTimeOffset? end = reserve.Timeout == TimeSpan.Zero ? null : state.Now + reserve.Timeout;
                return (FirstFault(state, reserve.Postings, nets: false), held.Leave(reserve.Key, reserve.Postings, end, isReservation: true), []);
            case LedgerRequest.Schedule schedule:
                return (FirstFault(state, schedule.Postings, nets: null), state.Leave(schedule.Key, schedule.Postings, schedule.DueAt, isReservation: false), []);
            case LedgerRequest.PostReserved post:
                return PostReserved(state, post);
            case LedgerRequest.VoidReserved release:
                var voids = PendingFaults(state, release.Reservation, isReservation: true);
                return voids.Count > 0 ? (voids.Min(), state, []) : (LedgerStatus.Done, Free(state, release.Reservation, "voided"), []);
            case LedgerRequest.CancelScheduled cancel:
                var cancels = PendingFaults(state, cancel.Scheduled, isReservation: false);
                return cancels.Count > 0
                    ? (cancels.Min(), state, [])
                    : (LedgerStatus.Done, state.Settle(cancel.Scheduled, "cancelled"), []);
            case LedgerRequest.Reverse reverse:
                return Reverse(state, reverse);
            default:
                throw new InvalidOperationException(request.ToString());
        }
    }

    private static (LedgerStatus, LedgerState, IReadOnlyList<Posting>) Close(LedgerState state, long id)
    {
        if (!state.Accounts.TryGetValue(id, out var account))
            return (LedgerStatus.AccountNotFound, state, []);
        if (account.IsClosed)
            return (LedgerStatus.AccountClosed, state, []);
        return (account.Posted, account.Out, account.In) == (0, 0, 0)
            ? (LedgerStatus.Done, state.With(id, account with { IsClosed = true }), [])
            : (LedgerStatus.AccountNotEmpty, state, []);
    }

    private static (LedgerStatus, LedgerState, IReadOnlyList<Posting>) PostReserved(LedgerState state, LedgerRequest.PostReserved post)
    {
        var faults = PendingFaults(state, post.Reservation, isReservation: true);
        if (faults.Contains(LedgerStatus.TargetNotFound) || faults.Contains(LedgerStatus.WrongTarget))
            return (faults.Min(), state, []);
        var postings = state.Pending[post.Reservation].Postings;
        var amounts = post.Amounts.IsDefaultOrEmpty ? [.. postings.Select(posting => posting.Amount.MinorUnits)] : post.Amounts;
        if (amounts.Length != postings.Length)
            return (LedgerStatus.LegMismatch, state, []);
        if (postings.Zip(amounts).Any(pair => pair.Second > pair.First.Amount.MinorUnits))
            faults.Add(LedgerStatus.ExceedsTarget);
        if (faults.Count > 0)
            return (faults.Min(), state, []);
        var legs = postings.Zip(amounts, (posting, amount) => posting with { Amount = posting.Amount with { MinorUnits = amount } }).ToList();
        return (LedgerStatus.Done, Move(Free(state, post.Reservation, "posted"), post.Key, legs), legs);
    }

    private static (LedgerStatus, LedgerState, IReadOnlyList<Posting>) Reverse(LedgerState state, LedgerRequest.Reverse reverse)
    {
        if (!state.Keys.TryGetValue(reverse.Original, out var original))
            return (LedgerStatus.TargetNotFound, state, []);
        if (original is { Request: LedgerRequest.Reverse, Result.Status: LedgerStatus.Done })
            return (LedgerStatus.TargetIsReversal, state, []);
        if (!state.Moved.TryGetValue(reverse.Original, out var moved))
            return (LedgerStatus.WrongTarget, state, []);
        var isWhole = reverse.Amounts.IsDefaultOrEmpty;
        var amounts = isWhole ? [.. moved.Select(leg => leg.Left)] : reverse.Amounts;
        if (amounts.Length != moved.Length)
            return (LedgerStatus.LegMismatch, state, []);
        var faults = new List<LedgerStatus>();
        if (moved.Zip(amounts).Any(pair => pair.Second > pair.First.Posting.Amount.MinorUnits))
            faults.Add(LedgerStatus.ExceedsTarget);
        if (moved.Zip(amounts).Any(pair => pair.Second > pair.First.Left) || amounts.All(amount => amount == 0))
            faults.Add(LedgerStatus.AlreadyReversed);
        var legs = moved.Zip(amounts, (leg, amount) =>
            new Posting(leg.Posting.To, leg.Posting.From, leg.Posting.Amount with { MinorUnits = amount })).ToList();
        if (FirstFault(state, legs, nets: true) is var status and not LedgerStatus.Done)
            faults.Add(status);
        if (faults.Count > 0)
            return (faults.Min(), state, []);
        var reversed = moved.Zip(amounts, (leg, amount) => leg with { Left = leg.Left - amount }).ToImmutableArray();
        var next = legs.Aggregate(state, (s, leg) => s.Enter(leg));
        return (LedgerStatus.Done, next with { Moved = next.Moved.SetItem(reverse.Original, reversed) }, legs);
    }

    private static List<LedgerStatus> PendingFaults(LedgerState state, RequestKey key, bool isReservation)
    {
        if (!state.Keys.ContainsKey(key))
            return [LedgerStatus.TargetNotFound];
        if (!state.Pending.TryGetValue(key, out var pending) || pending.IsReservation != isReservation)
            return [LedgerStatus.WrongTarget];
        return pending.State switch
        {
            "posted" => [LedgerStatus.AlreadyPosted],
            "voided" => [LedgerStatus.AlreadyVoided],
            "expired" => [LedgerStatus.ReservationExpired],
            "fired" => [LedgerStatus.AlreadyFired],
            "cancelled" => [LedgerStatus.AlreadyCancelled],
            _ => [],
        };
    }

    // nets: postings are set off against each other; false: they are held one by one; null: funds do not matter yet.
    private static LedgerStatus FirstFault(LedgerState state, IReadOnlyList<Posting> postings, bool? nets)
    {
        var ids = postings.SelectMany(posting => new[] { posting.From, posting.To }).Distinct().ToList();
        if (ids.Any(id => state.Account(id) is null))
            return LedgerStatus.AccountNotFound;
        var faults = new List<LedgerStatus>();
        if (postings.Any(posting => state.Account(posting.From)!.Currency != posting.Amount.Currency || state.Account(posting.To)!.Currency != posting.Amount.Currency))
            faults.Add(LedgerStatus.CurrencyMismatch);
        if (ids.Any(id => state.Account(id)!.IsClosed))
            faults.Add(LedgerStatus.AccountClosed);
        foreach (var id in nets is null ? [] : ids)
        {
            var account = state.Account(id)!;
            BigInteger leaving = Sum(postings.Where(posting => posting.From == id)), coming = Sum(postings.Where(posting => posting.To == id));
            var (down, up) = nets is true ? (leaving - coming, coming - leaving) : (leaving, coming);
            if (down > 0 && account.Posted - account.Out - down < account.Minimum)
                faults.Add(LedgerStatus.InsufficientFunds);
            if (up > 0 && account.Posted + account.In + up > account.Maximum)
                faults.Add(LedgerStatus.ExceedsMaximum);
        }

        return faults.Count == 0 ? LedgerStatus.Done : faults.Min();
    }

    private static BigInteger Sum(IEnumerable<Posting> postings) => postings.Aggregate(BigInteger.Zero, (sum, posting) => sum + posting.Amount.MinorUnits);

    private static LedgerState Free(LedgerState state, RequestKey key, string how) =>
        state.Pending[key].Postings.Aggregate(state.Settle(key, how), (s, posting) => s.Hold(posting, -1));

    private static LedgerState Fire(LedgerState state, RequestKey key, ModelPending pending)
    {
        var fired = state.Settle(key, "fired");
        return FirstFault(state, pending.Postings, nets: true) == LedgerStatus.Done ? Move(fired, key, pending.Postings) : fired;
    }

    private static LedgerState Move(LedgerState state, RequestKey key, IReadOnlyList<Posting> legs)
    {
        if (legs.Any(leg => state.Account(leg.From) is null || state.Account(leg.To) is null))
            return state;
        var next = legs.Aggregate(state, (s, leg) => s.Enter(leg));
        return next with { Moved = next.Moved.SetItem(key, [.. legs.Select(leg => new ModelMove(leg, leg.Amount.MinorUnits))]) };
    }

    private static long BalanceAfter(LedgerState before, IReadOnlyList<Posting> legs, Posting first, long account) =>
        (long)before.Enter(first).Account(account)!.Posted;
}
