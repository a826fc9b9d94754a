using System.Collections.Concurrent;

namespace Assay.Reference.Ledger;

/// <summary>
/// A ledger with a lock for each account, taken in ascending order of the accounts' numbers. Requests on different accounts are decided in
/// parallel; only their recording is one after the other. Memory grows with the events.
/// </summary>
/// <remarks>
/// The order of the locks, the same for everybody: key, time, accounts by number, log, queue. A request holds its key's lock from the look-up
/// to the recording, so that a repetition meanwhile waits for the outcome.
/// </remarks>
public sealed class OrderedLockLedger : ILedger
{
    private readonly ConcurrentDictionary<RequestKey, KeySlot> _slots = new();
    private readonly Func<string, Gate> _newGate;
    private readonly LedgerTime _time;
    private readonly DueQueue _due;
    private readonly DueAlarm _alarm;
    private readonly EventLog _log;
    private readonly LedgerBook _book;
    private readonly Planner _planner;
    private readonly Decider _decider;

    // Held while what is due happens, so that it happens in order, and nobody goes on before it has happened.
    private readonly Gate _dueGate;
    private volatile bool _isDisposed;

    /// <summary>Creates an empty ledger.</summary>
    /// <param name="options">Bounds and clock; the default when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A bound is not positive.</exception>
    public OrderedLockLedger(LedgerOptions? options = null)
        : this(options ?? new LedgerOptions(), [], _ => new Gate())
    {
    }

    /// <summary>Creates a ledger from the events of an earlier one: the same balances, reservations and answers.</summary>
    /// <param name="options">Bounds and clock.</param>
    /// <param name="events">The events from the first on, in order.</param>
    /// <exception cref="ArgumentOutOfRangeException">A bound is not positive.</exception>
    /// <exception cref="LedgerCorruptException">The events contradict each other.</exception>
    public OrderedLockLedger(LedgerOptions options, IEnumerable<LedgerEvent> events)
        : this(options, events, _ => new Gate())
    {
    }

    internal OrderedLockLedger(LedgerOptions options, IEnumerable<LedgerEvent> events, Func<string, Gate> newGate)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(events);
        options.Validate();
        var clock = options.Clock ?? TimeProvider.System;
        _newGate = newGate;
        _dueGate = newGate("due");
        _time = new LedgerTime(clock);
        _due = new DueQueue(newGate("queue"));
        _log = new EventLog(newGate("log"), options.MaxEvents);
        _book = new LedgerBook(() => newGate("account"), key => _slots.GetValueOrDefault(key)?.Outcome, _due);
        (_planner, _decider) = (new Planner(_book), new Decider(_book));
        _alarm = new DueAlarm(clock, _due, RunDueAndRearm);
        foreach (var recorded in events)
            Replay(recorded);
        _alarm.Arm();
    }

    /// <summary>The end of the chain of events.</summary>
    public ChainHead Head => _log.Head();

    /// <inheritdoc/>
    public ValueTask<LedgerResult> ExecuteAsync(LedgerRequest request, CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<LedgerResult>(cancellationToken)
            : ValueTask.FromResult(Execute(request));

    /// <summary>As <see cref="ExecuteAsync"/>: this ledger waits only for locks that are held for microseconds.</summary>
    /// <param name="request">The request.</param>
    /// <returns>The outcome.</returns>
    /// <exception cref="ObjectDisposedException">The ledger is disposed.</exception>
    public LedgerResult Execute(LedgerRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        // Whatever is due by now comes before the request.
        RunDue();
        if (request.Key == default)
            return LedgerResult.Unrecorded(LedgerStatus.InvalidKey);
        // A malformed request leaves no slot behind, so that it costs no memory. Its key is still looked up first.
        if (RequestForm.Check(request) is var form and not LedgerStatus.Done)
            return _slots.TryGetValue(request.Key, out var used) ? AnswerOf(used, request) ?? Unrecorded(form) : Unrecorded(form);
        var slot = _slots.GetOrAdd(request.Key, static (_, newGate) => new KeySlot(newGate("key")), _newGate);
        using (slot.Gate.Held())
        {
            var result = slot.Outcome is { } outcome ? AnswerOf(outcome, request) : Run(request, slot);
            // A full log stays full: whoever waits for this slot or makes another one is answered the same.
            if (slot.Outcome is null)
                _slots.TryRemove(new KeyValuePair<RequestKey, KeySlot>(request.Key, slot));
            return result;
        }
    }

    /// <inheritdoc/>
    public ValueTask<AccountSnapshot?> FindAccountAsync(long account, CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<AccountSnapshot?>(cancellationToken)
            : ValueTask.FromResult(Find(account));

    /// <summary>As <see cref="FindAccountAsync"/>: this ledger waits only for locks that are held for microseconds.</summary>
    /// <param name="account">The account's number.</param>
    /// <returns>The account between two events, or null when there is none.</returns>
    /// <exception cref="ObjectDisposedException">The ledger is disposed.</exception>
    public AccountSnapshot? Find(long account)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        RunDue();
        if (!_book.TryFindAccount(account, out var found))
            return null;
        using (found.Gate.Held())
            return found.Snapshot();
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<LedgerEvent> ReadEventsAsync(long after = 0, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        return _log.ReadAll(after, cancellationToken).ToAsyncEnumerable();
    }

    /// <summary>As <see cref="ReadEventsAsync"/>, from the first event on.</summary>
    /// <returns>The events that were recorded when reading began.</returns>
    public IEnumerable<LedgerEvent> ReadEvents() => _log.ReadAll(0, CancellationToken.None);

    /// <summary>Ends timers; requests that have begun run to their end.</summary>
    /// <returns>Completed.</returns>
    public ValueTask DisposeAsync()
    {
        _isDisposed = true;
        _alarm.Dispose();
        return ValueTask.CompletedTask;
    }

    private LedgerResult Run(LedgerRequest request, KeySlot slot)
    {
        while (true)
        {
            var plan = _planner.Plan(request);
            EnterAll(plan.Accounts);
            try
            {
                if (TryRecord(plan, _decider.Decide(plan), slot) is { } result)
                    return result;
            }
            finally
            {
                ExitAll(plan.Accounts);
            }

            // What the decision rested on may have fallen due meanwhile.
            RunDue();
        }
    }

    // Null when what the decision rests on has changed: something missing has appeared, or something has fallen due.
    private LedgerResult? TryRecord(Plan plan, Draft draft, KeySlot? slot)
    {
        LedgerEvent recorded;
        using (_log.Gate.Held())
        {
            var now = _time.Now();
            if (_planner.IsStale(plan, draft, now))
                return null;
            // What is due always finds room, for it frees what was promised to be freed.
            if (slot is not null && _log.IsFull)
                return Unrecorded(LedgerStatus.LogFull);
            recorded = new LedgerEvent(_log.Next, now, plan.Cause, plan.Request, draft.Status, draft.Legs);
            _log.Add(recorded);
            _book.Register(recorded);
            slot?.Outcome = recorded;
        }

        // Still under the accounts' locks: nobody sees them between the event and its effect.
        _book.Apply(recorded);
        _alarm.Arm();
        return recorded.Result;
    }

    private void RunDue()
    {
        var now = _time.Now();
        if (!_due.HasDue(now))
            return;
        using (_dueGate.Held())
        {
            // Removed only after it has happened, so that whoever finds nothing due finds its effects.
            for (var pending = _due.PeekDue(now); pending is not null; pending = _due.PeekDue(now))
            {
                RunDue(pending);
                _due.Remove(pending);
            }
        }

        _alarm.Arm();
    }

    private void RunDue(PendingRequest pending)
    {
        var plan = _planner.PlanDue(pending);
        EnterAll(plan.Accounts);
        try
        {
            // Posted, voided or cancelled in time: there is nothing left to happen.
            if (pending.State == PendingState.Open)
                TryRecord(plan, _decider.Decide(plan), null);
        }
        finally
        {
            ExitAll(plan.Accounts);
        }
    }

    private void RunDueAndRearm()
    {
        if (_isDisposed)
            return;
        RunDue();
        // Also when nothing was due yet: the alarm may ring early, and has to be set again.
        _alarm.Arm();
    }

    private void Replay(LedgerEvent recorded)
    {
        if (recorded.Sequence != _log.Next)
            throw new LedgerCorruptException($"Event {recorded.Sequence} stands where event {_log.Next} should.");
        _log.Add(recorded);
        _book.Register(recorded);
        _book.Apply(recorded);
        _time.NotBefore(recorded.At);
        if (recorded.Cause == EventCause.Request && !_slots.TryAdd(recorded.Request.Key, new KeySlot(_newGate("key")) { Outcome = recorded }))
            throw new LedgerCorruptException($"Event {recorded.Sequence} has a key that was used before.");
    }

    private static LedgerResult? AnswerOf(KeySlot slot, LedgerRequest request)
    {
        using (slot.Gate.Held())
            return slot.Outcome is { } outcome ? AnswerOf(outcome, request) : null;
    }

    // The original outcome, a refusal too, whatever has changed since; never a second attempt.
    private static LedgerResult AnswerOf(LedgerEvent outcome, LedgerRequest request) =>
        outcome.Request.PayloadHash == request.PayloadHash ? outcome.Result : Unrecorded(LedgerStatus.KeyConflict);

    private static LedgerResult Unrecorded(LedgerStatus status) => LedgerResult.Unrecorded(status);

    private static void EnterAll(Account[] accounts)
    {
        foreach (var account in accounts)
            account.Gate.Enter();
    }

    private static void ExitAll(Account[] accounts)
    {
        foreach (var account in accounts)
            account.Gate.Exit();
    }

    private sealed class KeySlot(Gate gate)
    {
        private LedgerEvent? _outcome;

        // Held by whoever runs the request; who repeats it waits here.
        public Gate Gate => gate;

        // Written under the gate of the log, read without it when another request names this key.
        public LedgerEvent? Outcome
        {
            get => Volatile.Read(ref _outcome);
            set => Volatile.Write(ref _outcome, value);
        }
    }
}
