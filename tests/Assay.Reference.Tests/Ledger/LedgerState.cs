using System.Collections.Immutable;
using System.Numerics;
using Assay.Reference.Ledger;

namespace Assay.Reference.Tests.Ledger;

internal sealed record ModelAccount(Currency Currency, BigInteger Minimum, BigInteger Maximum)
{
    public BigInteger Posted { get; init; }

    public BigInteger Out { get; init; }

    public BigInteger In { get; init; }

    public long Version { get; init; }

    public bool IsClosed { get; init; }
}

internal sealed record ModelPending(ImmutableArray<Posting> Postings, DateTimeOffset? DueAt, bool IsReservation, long Sequence, string State);

internal readonly record struct ModelMove(Posting Posting, long Left);

/// <summary>The state of the <see cref="LedgerModel"/>; immutable, compared by its text.</summary>
internal sealed record LedgerState(
    ImmutableSortedDictionary<long, ModelAccount> Accounts,
    ImmutableDictionary<RequestKey, (LedgerRequest Request, LedgerResult Result)> Keys,
    ImmutableDictionary<RequestKey, ModelPending> Pending,
    ImmutableDictionary<RequestKey, ImmutableArray<ModelMove>> Moved,
    long Sequence,
    DateTimeOffset Now)
{
    public static LedgerState Empty { get; } = new(
        ImmutableSortedDictionary<long, ModelAccount>.Empty,
        ImmutableDictionary<RequestKey, (LedgerRequest, LedgerResult)>.Empty,
        ImmutableDictionary<RequestKey, ModelPending>.Empty,
        ImmutableDictionary<RequestKey, ImmutableArray<ModelMove>>.Empty,
        0,
        Verify.ManualClock.DefaultStart);

    // Every request has its own number, so numbers, keys and balances tell two states apart.
    public bool Equals(LedgerState? other) => other is not null && Text == other.Text;

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Text);

    private string Text => string.Join(
        ';',
        Keys.OrderBy(pair => pair.Key.Value).Select(pair => $"{pair.Key.Value}:{pair.Value.Result}")
            .Concat(Accounts.Select(pair => $"{pair.Key}={pair.Value}"))
            .Concat(Pending.OrderBy(pair => pair.Key.Value).Select(pair => $"{pair.Key.Value}~{pair.Value.State}")));

    public ModelAccount? Account(long id) => Accounts.GetValueOrDefault(id)
        ?? (id is < 0 and >= -Currency.Count ? new ModelAccount(Currency.OfNumber((int)-id), -Money.Max, Money.Max) : null);

    public AccountSnapshot? Find(long id) => Account(id) is not { } account ? null : new AccountSnapshot(
        id,
        account.Currency,
        new AccountBounds((long)account.Minimum, (long)account.Maximum),
        (long)account.Posted,
        (long)account.Out,
        (long)account.In,
        account.Version,
        account.IsClosed);

    public LedgerState With(long id, ModelAccount account) => this with { Accounts = Accounts.SetItem(id, account) };

    public LedgerState Enter(Posting leg) => leg.Amount.MinorUnits == 0 || Account(leg.From) is null || Account(leg.To) is null
        ? this
        : Add(leg.From, -leg.Amount.MinorUnits).Add(leg.To, leg.Amount.MinorUnits);

    public LedgerState Hold(Posting posting, int sign)
    {
        if (Account(posting.From) is not { } payer || Account(posting.To) is null)
            return this;
        var held = With(posting.From, payer with { Out = payer.Out + sign * posting.Amount.MinorUnits });
        return held.With(posting.To, held.Account(posting.To)! with { In = held.Account(posting.To)!.In + sign * posting.Amount.MinorUnits });
    }

    public LedgerState Leave(RequestKey key, ImmutableArray<Posting> postings, DateTimeOffset? dueAt, bool isReservation) =>
        this with { Pending = Pending.SetItem(key, new ModelPending(postings, dueAt, isReservation, Sequence + 1, "open")) };

    public LedgerState Settle(RequestKey key, string how) => this with { Pending = Pending.SetItem(key, Pending[key] with { State = how }) };

    private LedgerState Add(long id, long change)
    {
        var account = Account(id)!;
        return With(id, account with { Posted = account.Posted + change, Version = account.Version + 1 });
    }
}
