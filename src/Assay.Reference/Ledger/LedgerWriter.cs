namespace Assay.Reference.Ledger;

/// <summary>
/// Carries out requests one after the other, on one thread at a time and without locks. A transfer takes a short way that allocates nothing;
/// everything else is planned and decided as by the other engine.
/// </summary>
internal sealed class LedgerWriter
{
    // Half the line-fill buffers of a core would do; more costs nothing, and a window's hashes stay in the first cache.
    private const int Window = 64;

    private readonly EventStore _events;
    private readonly KeyTable _keys;
    private readonly LedgerBook _book;
    private readonly AccountTable _accounts;
    private readonly Planner _planner;
    private readonly Decider _decider;
    private readonly DueQueue _due;
    private readonly int _maxEvents;
    private ulong _peeked;

    public LedgerWriter(LedgerOptions options, EventStore events, DueQueue due)
    {
        (_events, _due, _maxEvents) = (events, due, options.MaxEvents);
        _keys = new KeyTable(options.ExpectedEvents, events);
        // Nobody enters the accounts' gates here, so one serves them all.
        var gate = new Gate();
        _book = new LedgerBook(() => gate, FindEvent, due);
        _accounts = new AccountTable(_book);
        (_planner, _decider) = (new Planner(_book), new Decider(_book));
    }

    public AccountSnapshot? FindAccount(long id) => _book.TryFindAccount(id, out var account) ? account.Snapshot() : null;

    public LedgerResult Execute(LedgerRequest request, DateTimeOffset now)
    {
        // Before each request, not once a batch: the one before may have asked for something in the past.
        RunDue(now);
        if (request.Key == default)
            return LedgerResult.Unrecorded(LedgerStatus.InvalidKey);
        if (request is LedgerRequest.Post { Postings: { IsDefault: false, Length: 1 } postings })
        {
            var transfer = new Transfer(request.Key, postings[0].From, postings[0].To, postings[0].Amount);
            return Execute(in transfer, _keys.HashOf(request.Key), now.UtcTicks);
        }

        var hash = _keys.HashOf(request.Key);
        if (_keys.Find(request.Key, hash, out var place) is var known and not 0)
            return AnswerOf(_events.Read(known), request);
        if (RequestForm.Check(request) is var form and not LedgerStatus.Done)
            return LedgerResult.Unrecorded(form);
        if (_events.Count >= _maxEvents)
            return LedgerResult.Unrecorded(LedgerStatus.LogFull);
        var result = Record(_planner.Plan(request), now).Result;
        _keys.Add(hash, place, result.Sequence);
        return result;
    }

    /// <summary>Carries out transfers in order, at one instant.</summary>
    public void Execute(ReadOnlySpan<Transfer> transfers, Span<LedgerResult> results, DateTimeOffset now)
    {
        RunDue(now);
        Span<ulong> hashes = stackalloc ulong[Window];
        var ticks = now.UtcTicks;
        for (var start = 0; start < transfers.Length; start += Window)
        {
            var window = transfers[start..Math.Min(transfers.Length, start + Window)];
            // Independent reads: the processor waits for all their cache lines at once, where look-up after look-up would wait for each.
            var peeked = 0UL;
            for (var i = 0; i < window.Length; i++)
            {
                hashes[i] = _keys.HashOf(window[i].Key);
                peeked ^= _keys.Peek(hashes[i]);
            }

            _peeked = peeked;
            for (var i = 0; i < window.Length; i++)
                results[start + i] = Execute(in window[i], hashes[i], ticks);
        }
    }

    public void RunDue(DateTimeOffset now)
    {
        while (_due.HasDue(now))
        {
            var pending = _due.PeekDue(now)!;
            if (pending.State == PendingState.Open)
                Record(_planner.PlanDue(pending), now);
            _due.Remove(pending);
        }
    }

    public void Replay(LedgerEvent recorded)
    {
        if (recorded.Sequence != _events.Count + 1)
            throw new LedgerCorruptException($"Event {recorded.Sequence} stands where event {_events.Count + 1} should.");
        var hash = _keys.HashOf(recorded.Request.Key);
        if (_keys.Find(recorded.Request.Key, hash, out var place) != 0 && recorded.Cause == EventCause.Request)
            throw new LedgerCorruptException($"Event {recorded.Sequence} has a key that was used before.");
        if (recorded is { Cause: EventCause.Request, Request: LedgerRequest.Post { Postings: [var posting] } })
            Fill(ref _events.Append(), recorded, posting);
        else
            _events.Append(recorded);
        if (recorded.Cause == EventCause.Request)
            _keys.Add(hash, place, recorded.Sequence);
        _book.Register(recorded);
        _book.Apply(recorded);
    }

    private LedgerResult Execute(in Transfer transfer, ulong hash, long ticks)
    {
        if (transfer.Key == default)
            return LedgerResult.Unrecorded(LedgerStatus.InvalidKey);
        if (_keys.Find(transfer.Key, hash, out var place) is var known and not 0)
        {
            ref readonly var record = ref _events.At(known);
            return record.IsSame(in transfer) ? record.ResultOf(known) : LedgerResult.Unrecorded(LedgerStatus.KeyConflict);
        }

        if (FormOf(in transfer) is var form and not LedgerStatus.Done)
            return LedgerResult.Unrecorded(form);
        if (_events.Count >= _maxEvents)
            return LedgerResult.Unrecorded(LedgerStatus.LogFull);
        Record(in transfer, ticks);
        _keys.Add(hash, place, _events.Count);
        return _events.At(_events.Count).ResultOf(_events.Count);
    }

    private void Record(in Transfer transfer, long ticks)
    {
        var status = Decide(in transfer, out var from, out var to);
        ref var record = ref _events.Append();
        (record.Key, record.AtTicks, record.Status) = (transfer.Key, ticks, status);
        (record.From, record.To, record.Amount) = (transfer.From, transfer.To, transfer.Amount);
        if (status == LedgerStatus.Done)
        {
            from!.Enter(-transfer.Amount.MinorUnits);
            to!.Enter(transfer.Amount.MinorUnits);
            (record.FromBalance, record.FromVersion) = (from.Posted, from.Version);
            (record.ToBalance, record.ToVersion) = (to.Posted, to.Version);
        }
    }

    private LedgerEvent Record(Plan plan, DateTimeOffset now)
    {
        var draft = _decider.Decide(plan);
        var recorded = new LedgerEvent(_events.Count + 1, now, plan.Cause, plan.Request, draft.Status, draft.Legs);
        _events.Append(recorded);
        _book.Register(recorded);
        _book.Apply(recorded);
        return recorded;
    }

    // The same checks in the same order as the planner and the decider make for one posting; the tests compare them request by request.
    private LedgerStatus Decide(in Transfer transfer, out Account? from, out Account? to)
    {
        to = null;
        if (!_accounts.TryFind(transfer.From, out from) || !_accounts.TryFind(transfer.To, out to))
            return LedgerStatus.AccountNotFound;
        if (from.Currency != transfer.Amount.Currency || to.Currency != transfer.Amount.Currency)
            return LedgerStatus.CurrencyMismatch;
        if (from.IsClosed || to.IsClosed)
            return LedgerStatus.AccountClosed;
        if (!from.HasRoomBelow(-transfer.Amount.MinorUnits))
            return LedgerStatus.InsufficientFunds;
        return to.HasRoomAbove(transfer.Amount.MinorUnits) ? LedgerStatus.Done : LedgerStatus.ExceedsMaximum;
    }

    private static LedgerStatus FormOf(in Transfer transfer)
    {
        if (transfer.From == 0 || transfer.To == 0)
            return LedgerStatus.InvalidAccount;
        if (!transfer.Amount.Currency.IsDefined)
            return LedgerStatus.InvalidCurrency;
        if (transfer.From == transfer.To)
            return LedgerStatus.SameAccount;
        return transfer.Amount.MinorUnits is > 0 and <= Money.Max ? LedgerStatus.Done : LedgerStatus.InvalidAmount;
    }

    private static void Fill(ref TransferRecord record, LedgerEvent recorded, Posting posting)
    {
        (record.Key, record.AtTicks, record.Status) = (recorded.Request.Key, recorded.At.UtcTicks, recorded.Status);
        (record.From, record.To, record.Amount) = (posting.From, posting.To, posting.Amount);
        if (recorded.Legs is [var leg])
        {
            (record.FromBalance, record.FromVersion) = (leg.FromBalance, leg.FromVersion);
            (record.ToBalance, record.ToVersion) = (leg.ToBalance, leg.ToVersion);
        }
    }

    private LedgerEvent? FindEvent(RequestKey key) => _keys.Find(key, _keys.HashOf(key), out _) is var known and not 0 ? _events.Read(known) : null;

    private static LedgerResult AnswerOf(LedgerEvent outcome, LedgerRequest request) => outcome.Request.PayloadHash == request.PayloadHash
        ? outcome.Result
        : LedgerResult.Unrecorded(LedgerStatus.KeyConflict);
}
