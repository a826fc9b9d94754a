using Assay.Reference.Ledger;

namespace Assay.Reference.Tests.Mutants;

/// <summary>A ledger around another, with one defect.</summary>
internal abstract class DefectiveLedger(ILedger inner) : ILedger
{
    protected ILedger Inner => inner;

    public abstract ValueTask<LedgerResult> ExecuteAsync(LedgerRequest request, CancellationToken cancellationToken = default);

    public virtual ValueTask<AccountSnapshot?> FindAccountAsync(long account, CancellationToken cancellationToken = default) =>
        inner.FindAccountAsync(account, cancellationToken);

    public IAsyncEnumerable<LedgerEvent> ReadEventsAsync(long after = 0, CancellationToken cancellationToken = default) =>
        inner.ReadEventsAsync(after, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}

/// <summary>H-LE-1: a used key is "processed already", whatever is asked under it.</summary>
internal sealed class SilentConflict(ILedger inner) : DefectiveLedger(inner)
{
    public override async ValueTask<LedgerResult> ExecuteAsync(LedgerRequest request, CancellationToken cancellationToken = default)
    {
        var result = await Inner.ExecuteAsync(request, cancellationToken);
        return result.Status == LedgerStatus.KeyConflict ? result with { Status = LedgerStatus.Done } : result;
    }
}

/// <summary>H-LE-4: the textbook's replay, which answers today's balances.</summary>
internal sealed class TodaysBalances(ILedger inner) : DefectiveLedger(inner)
{
    private readonly HashSet<RequestKey> _seen = [];

    public override async ValueTask<LedgerResult> ExecuteAsync(LedgerRequest request, CancellationToken cancellationToken = default)
    {
        var result = await Inner.ExecuteAsync(request, cancellationToken);
        if (_seen.Add(request.Key) || !result.IsDone || request is not LedgerRequest.Post post)
            return result;
        var (from, to) = (await Inner.FindAccountAsync(post.Postings[0].From, cancellationToken), await Inner.FindAccountAsync(post.Postings[0].To, cancellationToken));
        return result with { FromBalance = from!.Value.Balance, ToBalance = to!.Value.Balance };
    }
}

/// <summary>H-LE-4: a refusal is not kept, so that the same attempt succeeds later under the same key.</summary>
internal sealed class ForgottenRefusals(ILedger inner) : DefectiveLedger(inner)
{
    private readonly Dictionary<RequestKey, RequestKey> _current = [];
    private ulong _next = 1UL << 40;

    public override async ValueTask<LedgerResult> ExecuteAsync(LedgerRequest request, CancellationToken cancellationToken = default)
    {
        var key = _current.GetValueOrDefault(request.Key, request.Key);
        var result = await Inner.ExecuteAsync(request with { Key = key }, cancellationToken);
        if (result.Status >= LedgerStatus.AccountExists)
            _current[request.Key] = new RequestKey(_next++);
        return result;
    }
}

/// <summary>Reservations that count only when they are posted.</summary>
internal sealed class UncountedReservations(ILedger inner) : DefectiveLedger(inner)
{
    public override ValueTask<LedgerResult> ExecuteAsync(LedgerRequest request, CancellationToken cancellationToken = default) =>
        Inner.ExecuteAsync(request, cancellationToken);

    public override async ValueTask<AccountSnapshot?> FindAccountAsync(long account, CancellationToken cancellationToken = default) =>
        await Inner.FindAccountAsync(account, cancellationToken) is { } found ? found with { ReservedOut = 0, ReservedIn = 0 } : null;
}

/// <summary>H-LE-9: a timeout that ends after its last tick, not at it.</summary>
internal sealed class LateTimeouts(ILedger inner) : DefectiveLedger(inner)
{
    public override ValueTask<LedgerResult> ExecuteAsync(LedgerRequest request, CancellationToken cancellationToken = default) => Inner.ExecuteAsync(
        request is LedgerRequest.Reserve { Timeout.Ticks: > 0 } reserve ? reserve with { Timeout = reserve.Timeout + TimeSpan.FromTicks(1) } : request,
        cancellationToken);
}

/// <summary>H-LE-10: fires what is scheduled a tick early.</summary>
internal sealed class EarlySchedules(ILedger inner) : DefectiveLedger(inner)
{
    public override ValueTask<LedgerResult> ExecuteAsync(LedgerRequest request, CancellationToken cancellationToken = default) => Inner.ExecuteAsync(
        request is LedgerRequest.Schedule schedule ? schedule with { DueAt = schedule.DueAt.AddTicks(-1) } : request, cancellationToken);
}

/// <summary>H-LE-9: reverses the original again for every key, and a reversal as well.</summary>
internal sealed class BoundlessReversals(ILedger inner) : DefectiveLedger(inner)
{
    public override async ValueTask<LedgerResult> ExecuteAsync(LedgerRequest request, CancellationToken cancellationToken = default)
    {
        var result = await Inner.ExecuteAsync(request, cancellationToken);
        if (request is not LedgerRequest.Reverse reverse || result.Status is not (LedgerStatus.AlreadyReversed or LedgerStatus.TargetIsReversal))
            return result;
        var original = await Inner.ReadEventsAsync(0, cancellationToken).FirstAsync(recorded => recorded.Request.Key == reverse.Original, cancellationToken);
        var back = original.Legs.Select(leg => new Posting(leg.Posting.To, leg.Posting.From, leg.Posting.Amount));
        return await Inner.ExecuteAsync(new LedgerRequest.Post(new RequestKey(request.Key.Value << 64), [.. back]), cancellationToken);
    }
}

/// <summary>Posts the legs of a request one after the other, and stops at the first that is refused.</summary>
internal sealed class HalfRequests(ILedger inner) : DefectiveLedger(inner)
{
    public override async ValueTask<LedgerResult> ExecuteAsync(LedgerRequest request, CancellationToken cancellationToken = default)
    {
        if (request is not LedgerRequest.Post { Postings.IsDefaultOrEmpty: false } post)
            return await Inner.ExecuteAsync(request, cancellationToken);
        LedgerResult result = default;
        for (var i = 0; i < post.Postings.Length && result.IsDone; i++)
            result = await Inner.ExecuteAsync(new LedgerRequest.Post(new RequestKey(request.Key.Value + ((UInt128)i << 64)), [post.Postings[i]]), cancellationToken);
        return result;
    }
}
