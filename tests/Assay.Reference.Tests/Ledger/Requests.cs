using System.Collections.Immutable;
using Assay.Reference.Ledger;
using Assay.Verify;

namespace Assay.Reference.Tests.Ledger;

/// <summary>Draws requests that meet each other: few accounts, small amounts, repeated keys, targets that exist and that do not.</summary>
internal sealed class Requests(Random random)
{
    public static readonly Currency Euro = Currency.Of("EUR");
    public static readonly Currency Yen = Currency.Of("JPY");

    private const int Accounts = 5;
    private static readonly long[] OddAmounts = [0, -1, long.MinValue, long.MaxValue, Money.Max, Money.Max + 1];
    private readonly List<LedgerRequest> _made = [];
    private ulong _nextKey = 1;

    public static long[] AllAccounts { get; } = [1, 2, 3, 4, 5, 6, Posting.External(Euro), Posting.External(Yen), -17_577];

    public static RequestKey Key(ulong number) => new(number);

    public static Money Euros(long amount) => new(amount, Euro);

    /// <summary>Three euro accounts without overdraft, one of them with a maximum, one with an overdraft, and one in yen.</summary>
    public static IEnumerable<LedgerRequest> Openings()
    {
        yield return new LedgerRequest.OpenAccount(Key(1_000_001), 1, Euro, AccountBounds.NotNegative);
        yield return new LedgerRequest.OpenAccount(Key(1_000_002), 2, Euro, new AccountBounds(0, 40));
        yield return new LedgerRequest.OpenAccount(Key(1_000_003), 3, Euro, new AccountBounds(-15, Money.Max));
        yield return new LedgerRequest.OpenAccount(Key(1_000_004), 4, Yen, AccountBounds.NotNegative);
        yield return LedgerRequest.Deposit(Key(1_000_005), 1, Euros(30));
    }

    public LedgerRequest Next()
    {
        if (_made.Count > 0 && random.Next(8) == 0)
            return Repeat(_made[random.Next(_made.Count)]);
        var request = Draw(Key(_nextKey++));
        _made.Add(request);
        return request;
    }

    // The same again, the same in other words, or another payload under the same key.
    private LedgerRequest Repeat(LedgerRequest made) => random.Next(4) switch
    {
        0 => Draw(made.Key),
        1 when made is LedgerRequest.Schedule schedule => schedule with { DueAt = schedule.DueAt.ToOffset(TimeSpan.FromHours(5)) },
        1 when made is LedgerRequest.Reverse { Amounts.IsDefault: true } reverse => reverse with { Amounts = [] },
        _ => made,
    };

    private LedgerRequest Draw(RequestKey key) => random.Next(20) switch
    {
        0 => new LedgerRequest.OpenAccount(
            random.Next(10) == 0 ? default : key, random.Next(0, Accounts + 1), random.Next(4) == 0 ? default : Euro, new AccountBounds(-random.Next(-1, 9), random.Next(-1, 90))),
        1 => new LedgerRequest.CloseAccount(key, random.Next(0, Accounts + 2)),
        2 or 3 => LedgerRequest.Deposit(key, random.Next(1, Accounts + 1), Amount()),
        4 => LedgerRequest.Withdraw(key, random.Next(1, Accounts + 1), Amount()),
        5 or 6 => LedgerRequest.Transfer(key, random.Next(1, 4), random.Next(1, 4), Amount()),
        7 or 8 => new LedgerRequest.Post(key, Postings()),
        9 or 10 or 11 => new LedgerRequest.Reserve(key, Postings(), TimeSpan.FromTicks(random.Next(10) == 0 ? -1 : random.Next(0, 40))),
        12 or 13 => new LedgerRequest.PostReserved(key, Target<LedgerRequest.Reserve>(), Amounts()),
        14 => new LedgerRequest.VoidReserved(key, Target<LedgerRequest.Reserve>()),
        15 or 16 => new LedgerRequest.Reverse(key, random.Next(2) == 0 ? Target<LedgerRequest.Post>() : Target<LedgerRequest.PostReserved>(), Amounts()),
        17 or 18 => new LedgerRequest.Schedule(key, ManualClock.DefaultStart.AddTicks(random.Next(-5, 900)), Postings()),
        _ => random.Next(2) == 0
            ? new LedgerRequest.CancelScheduled(key, Target<LedgerRequest.Schedule>())
            : new LedgerRequest.Reverse(key, Target<LedgerRequest.Schedule>(), Amounts()),
    };

    private ImmutableArray<Posting> Postings() => random.Next(30) == 0
        ? default
        : [.. Enumerable.Range(0, 1 + random.Next(3)).Select(_ => new Posting(Account(), Account(), Amount()))];

    private long Account() => random.Next(25) switch
    {
        0 => Posting.External(Yen),
        1 => 0,
        2 => 6,
        3 => -17_577,
        4 => 4,
        < 9 => Posting.External(Euro),
        var other => (other % 3) + 1,
    };

    private Money Amount() => new(
        random.Next(40) == 0 ? OddAmounts[random.Next(OddAmounts.Length)] : random.Next(1, 25),
        random.Next(40) switch { 0 => default, 1 => Yen, _ => Euro });

    private ImmutableArray<long> Amounts() => random.Next(2) == 0
        ? default
        : [.. Enumerable.Range(0, 1 + random.Next(3)).Select(_ => (long)random.Next(random.Next(20) == 0 ? -1 : 0, 20))];

    // Mostly of the kind that is asked for.
    private RequestKey Target<T>()
        where T : LedgerRequest
    {
        var fitting = _made.OfType<T>().ToList();
        return fitting.Count > 0 && random.Next(6) > 0 ? fitting[^(1 + random.Next(Math.Min(8, fitting.Count)))].Key : Key((ulong)random.Next(1, 1000));
    }
}
