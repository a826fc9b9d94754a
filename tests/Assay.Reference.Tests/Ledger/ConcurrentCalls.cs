using System.Collections.Immutable;
using Assay.Reference.Ledger;

namespace Assay.Reference.Tests.Ledger;

/// <summary>Calls for several threads at once, with few keys, so that duplicates, conflicts and targets meet while they run.</summary>
internal static class ConcurrentCalls
{
    private static readonly RequestKey Held = Requests.Key(20);
    private static readonly RequestKey Moved = Requests.Key(21);

    /// <summary>The model behind the openings.</summary>
    public static LedgerModel Model { get; } = new(Requests.Openings().Aggregate(LedgerState.Empty, (state, request) => LedgerModel.Execute(state, request).State));

    public static LedgerCall Draw(Random random)
    {
        var key = Requests.Key((ulong)random.Next(1, 8));
        return random.Next(12) switch
        {
            0 or 1 => new LedgerCall.Find(random.Next(1, 4)),
            // The amount depends on the key: mostly the same request again.
            2 or 3 or 4 => Of(LedgerRequest.Transfer(key, 1 + (long)key.Value % 3, 1 + (long)(key.Value + 1) % 3, Requests.Euros((long)key.Value * 3))),
            5 => Of(LedgerRequest.Transfer(key, 1, 2, Requests.Euros(random.Next(1, 3)))),
            6 => Of(new LedgerRequest.Reserve(Held, [new Posting(1, 2, Requests.Euros(20)), new Posting(3, 1, Requests.Euros(5))], TimeSpan.Zero)),
            7 => Of(new LedgerRequest.PostReserved(key, Held, random.Next(2) == 0 ? ImmutableArray.Create(7L, 0) : default)),
            8 => Of(new LedgerRequest.VoidReserved(key, Held)),
            9 => Of(LedgerRequest.Transfer(Moved, 1, 3, Requests.Euros(12))),
            10 => Of(new LedgerRequest.Reverse(key, Moved, random.Next(2) == 0 ? [7] : default)),
            _ => random.Next(2) == 0
                ? Of(new LedgerRequest.OpenAccount(key, 6, Requests.Euro, AccountBounds.NotNegative))
                : Of(LedgerRequest.Deposit(key, 6, Requests.Euros(1))),
        };
    }

    public static LedgerAnswer Make(ILedger ledger, LedgerCall call) => call switch
    {
        LedgerCall.Find find => new LedgerAnswer(null, ledger.FindAccountAsync(find.Account).AsTask().GetAwaiter().GetResult()),
        LedgerCall.Execute execute => new LedgerAnswer(ledger.ExecuteAsync(execute.Request).AsTask().GetAwaiter().GetResult(), null),
        _ => throw new InvalidOperationException(call.ToString()),
    };

    public static ILedger Opened(string engine)
    {
        var ledger = AllLedgers.Create(engine, new Verify.ManualClock());
        foreach (var request in Requests.Openings())
            Make(ledger, new LedgerCall.Execute(request));
        return ledger;
    }

    private static LedgerCall.Execute Of(LedgerRequest request) => new(request);
}
