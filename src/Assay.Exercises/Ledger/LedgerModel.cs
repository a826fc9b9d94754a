using System.Collections.Immutable;
using Assay.Contracts;
using Assay.Verify;

namespace Assay.Exercises.Ledger;

/// <summary>What a ledger does, one request at a time: the contract as a pure function.</summary>
internal sealed record LedgerModel
{
    private const long Most = (1L << 62) - 1;
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(36_525);

    private string? _text;

    public LedgerModel()
    {
    }

    // A copy is about to differ: the text is not taken over.
    private LedgerModel(LedgerModel other) => (Accounts, Keys) = (other.Accounts, other.Keys);

    public ImmutableSortedDictionary<long, AccountState> Accounts { get; init; } = ImmutableSortedDictionary<long, AccountState>.Empty;

    public ImmutableSortedDictionary<string, Recorded> Keys { get; init; } = ImmutableSortedDictionary.Create<string, Recorded>(StringComparer.Ordinal);

    /// <summary>For the linearizability checker: the model with these accounts open, while the clock stands still.</summary>
    public static ISequentialModel<LedgerModel, Call, Answer> Sequential(LedgerModel initial) =>
        SequentialModel.Of<LedgerModel, Call, Answer>(initial, (state, call) => state.Step(call), stateComparer: new ByContent());

    public LedgerModel Open(long account) => this with { Accounts = Accounts.Add(account, new AccountState(0, 0)) };

    /// <summary>Frees what has expired by now.</summary>
    public LedgerModel At(TimeSpan now)
    {
        var state = this;
        foreach (var (key, recorded) in Keys)
        {
            if (recorded is { Hold: HoldState.Open, ExpiresAt: { } end } && end <= now)
                state = state.Freed(key, HoldState.Expired);
        }

        return state;
    }

    /// <summary>One request at an instant, counted from the ledger's beginning.</summary>
    public (LedgerModel State, LedgerAnswer Answer) Step(Request request, TimeSpan now)
    {
        var state = At(now);
        if (state.Keys.TryGetValue(request.Key, out var earlier))
            return (state, earlier.Request == request ? earlier.Answer : new LedgerAnswer(LedgerStatus.KeyConflict, 0));
        if (FormOf(request) is { } malformed)
            return (state, new LedgerAnswer(malformed, 0));
        var (next, recorded) = state.Carry(request, now);
        return (next with { Keys = next.Keys.SetItem(request.Key, recorded) }, recorded.Answer);
    }

    private (LedgerModel State, Answer Answer) Step(Call call)
    {
        if (call.Method.Name == nameof(ILedger.Open))
        {
            var opened = (long)call.Arguments[0]!;
            return Accounts.ContainsKey(opened) ? (this, new Answer(false)) : (Open(opened), new Answer(true));
        }

        if (Request.Of(call) is not { } request)
            return (this, new Answer(Accounts.GetValueOrDefault((long)call.Arguments[0]!)));
        var (state, answer) = Step(request, TimeSpan.Zero);
        return (state, new Answer(answer));
    }

    private static LedgerStatus? FormOf(Request request)
    {
        if (request.Method is nameof(ILedger.Transfer) or nameof(ILedger.Reserve) && request.Account == request.To)
            return LedgerStatus.SameAccount;
        if (request.Method is not (nameof(ILedger.Void) or nameof(ILedger.Reverse)) && request.Amount is < 1 or > Most)
            return LedgerStatus.InvalidAmount;
        return request.Timeout < TimeSpan.Zero || request.Timeout > LongestTimeout ? LedgerStatus.InvalidTimeout : null;
    }

    private (LedgerModel State, Recorded Recorded) Carry(Request request, TimeSpan now) => request.Method switch
    {
        nameof(ILedger.Deposit) or nameof(ILedger.Withdraw) when !Accounts.ContainsKey(request.Account) => Refused(request, LedgerStatus.AccountNotFound),
        nameof(ILedger.Transfer) or nameof(ILedger.Reserve) when !Accounts.ContainsKey(request.Account) || !Accounts.ContainsKey(request.To) =>
            Refused(request, LedgerStatus.AccountNotFound),
        nameof(ILedger.Deposit) => Move(request, 0, request.Account, request.Amount),
        nameof(ILedger.Withdraw) => Move(request, request.Account, 0, request.Amount),
        nameof(ILedger.Transfer) => Move(request, request.Account, request.To, request.Amount),
        nameof(ILedger.Reserve) => Reserve(request, now),
        nameof(ILedger.Reverse) => Reverse(request),
        _ => End(request),
    };

    // Account zero is the world outside.
    private (LedgerModel State, Recorded Recorded) Move(Request request, long from, long to, long amount)
    {
        if (from != 0 && Accounts[from].Balance - Accounts[from].Reserved < amount)
            return Refused(request, LedgerStatus.InsufficientFunds);
        if (from == 0 && Accounts.Values.Sum(account => account.Balance) > Most - amount)
            return Refused(request, LedgerStatus.LedgerFull);
        var accounts = Accounts;
        if (from != 0)
            accounts = accounts.SetItem(from, accounts[from] with { Balance = accounts[from].Balance - amount });
        if (to != 0)
            accounts = accounts.SetItem(to, accounts[to] with { Balance = accounts[to].Balance + amount });
        var answer = new LedgerAnswer(LedgerStatus.Done, accounts[from != 0 ? from : to].Balance);
        return (this with { Accounts = accounts }, new Recorded(request, answer) { From = from, To = to, Amount = amount });
    }

    private (LedgerModel State, Recorded Recorded) Reserve(Request request, TimeSpan now)
    {
        var account = Accounts[request.Account];
        if (account.Balance - account.Reserved < request.Amount)
            return Refused(request, LedgerStatus.InsufficientFunds);
        var held = this with { Accounts = Accounts.SetItem(request.Account, account with { Reserved = account.Reserved + request.Amount }) };
        return (held, new Recorded(request, new LedgerAnswer(LedgerStatus.Done, 0))
        {
            Hold = HoldState.Open, ExpiresAt = request.Timeout == TimeSpan.Zero ? null : now + request.Timeout,
        });
    }

    private (LedgerModel State, Recorded Recorded) End(Request request)
    {
        if (!Keys.TryGetValue(request.Target, out var target))
            return Refused(request, LedgerStatus.TargetNotFound);
        if (target.Hold == HoldState.None)
            return Refused(request, LedgerStatus.WrongTarget);
        var isPost = request.Method == nameof(ILedger.Post);
        if (isPost && request.Amount > target.Request.Amount)
            return Refused(request, LedgerStatus.ExceedsReservation);
        switch (target.Hold)
        {
            case HoldState.Posted: return Refused(request, LedgerStatus.AlreadyPosted);
            case HoldState.Voided: return Refused(request, LedgerStatus.AlreadyVoided);
            case HoldState.Expired: return Refused(request, LedgerStatus.Expired);
        }

        var freed = Freed(request.Target, isPost ? HoldState.Posted : HoldState.Voided);
        return isPost
            ? freed.Move(request, target.Request.Account, target.Request.To, request.Amount)
            : (freed, new Recorded(request, new LedgerAnswer(LedgerStatus.Done, 0)));
    }

    private (LedgerModel State, Recorded Recorded) Reverse(Request request)
    {
        if (!Keys.TryGetValue(request.Target, out var original))
            return Refused(request, LedgerStatus.TargetNotFound);
        if (original.Amount == 0 || original.Request.Method == nameof(ILedger.Reverse))
            return Refused(request, LedgerStatus.WrongTarget);
        if (original.IsReversed)
            return Refused(request, LedgerStatus.AlreadyReversed);
        var (state, recorded) = Move(request, original.To, original.From, original.Amount);
        return recorded.Answer.Status == LedgerStatus.Done
            ? (state with { Keys = state.Keys.SetItem(request.Target, original with { IsReversed = true }) }, recorded)
            : (state, recorded);
    }

    private LedgerModel Freed(string reservation, HoldState end)
    {
        var held = Keys[reservation];
        var account = Accounts[held.Request.Account];
        return this with
        {
            Accounts = Accounts.SetItem(held.Request.Account, account with { Reserved = account.Reserved - held.Request.Amount }),
            Keys = Keys.SetItem(reservation, held with { Hold = end }),
        };
    }

    private (LedgerModel State, Recorded Recorded) Refused(Request request, LedgerStatus status) =>
        (this, new Recorded(request, new LedgerAnswer(status, 0)));

    private string Text() => _text ??= string.Join(';', Accounts) + string.Join(';', Keys.Select(pair => (pair.Key, pair.Value.Answer, pair.Value.Hold, pair.Value.IsReversed, pair.Value.Request)));

    /// <summary>What is known of a used key.</summary>
    internal sealed record Recorded(Request Request, LedgerAnswer Answer)
    {
        public long From { get; init; }

        public long To { get; init; }

        /// <summary>Zero when no money moved.</summary>
        public long Amount { get; init; }

        public HoldState Hold { get; init; }

        public TimeSpan? ExpiresAt { get; init; }

        public bool IsReversed { get; init; }
    }

    internal enum HoldState
    {
        None = 0,
        Open,
        Posted,
        Voided,
        Expired,
    }

    private sealed class ByContent : IEqualityComparer<LedgerModel>
    {
        public bool Equals(LedgerModel? x, LedgerModel? y) => ReferenceEquals(x, y) || x?.Text() == y?.Text();

        public int GetHashCode(LedgerModel state) => state.Text().GetHashCode(StringComparison.Ordinal);
    }
}
