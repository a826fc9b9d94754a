namespace Assay.Reference.Ledger;

/// <summary>
/// A ledger in which one thread at a time carries out what all have submitted: no lock on an account, no waiting thread. A caller who finds
/// nobody writing writes himself and is answered at once; otherwise he leaves his request in a ring, and whoever is writing takes it along.
/// </summary>
/// <remarks>
/// Flat combining (Hendler, Incze, Shavit and Tzafrir, 2010). A batch of transfers happens at one reading of the clock.
/// </remarks>
public sealed class SingleWriterLedger : ILedger
{
    // A caller serves others that long before he hands the rest to the thread pool: his own answer is waiting.
    private const int LongestService = 1024;

    private readonly EventStore _events;
    private readonly LedgerWriter _writer;
    private readonly LedgerTime _time;
    private readonly DueQueue _due;
    private readonly DueAlarm _alarm;
    private readonly SubmissionRing _ring;

    // One while somebody writes. Everything the writer touches is handed from one to the next by this word, with full fences.
    private int _isWriting;

    // Set by the alarm, which may find somebody writing.
    private volatile bool _hasRung;
    private volatile bool _isDisposed;

    /// <summary>Creates a ledger, empty or from the events of an earlier one.</summary>
    /// <param name="options">Bounds and clock; the default when null.</param>
    /// <param name="events">The events from the first on, in order; none when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A bound is out of its range.</exception>
    /// <exception cref="LedgerCorruptException">The events contradict each other.</exception>
    public SingleWriterLedger(LedgerOptions? options = null, IEnumerable<LedgerEvent>? events = null)
    {
        options ??= new LedgerOptions();
        options.Validate();
        var clock = options.Clock ?? TimeProvider.System;
        _time = new LedgerTime(clock);
        _due = new DueQueue(new Gate());
        _events = new EventStore(options.MaxEvents, options.ExpectedEvents);
        _writer = new LedgerWriter(options, _events, _due);
        _ring = new SubmissionRing(options.MaxWaiting);
        _alarm = new DueAlarm(clock, _due, Ring);
        foreach (var recorded in events ?? [])
        {
            _writer.Replay(recorded);
            _time.NotBefore(recorded.At);
        }

        _events.Publish();
        _alarm.Arm();
    }

    /// <summary>The end of the chain of events.</summary>
    public ChainHead Head => _events.Head();

    /// <inheritdoc/>
    public ValueTask<LedgerResult> ExecuteAsync(LedgerRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<LedgerResult>(cancellationToken);
        if (TryBeginWriting())
        {
            try
            {
                return ValueTask.FromResult(_writer.Execute(request, _time.Now()));
            }
            finally
            {
                EndWriting();
            }
        }

        var submission = new Submission<LedgerResult>((writer, now) => writer.Execute(request, now));
        if (!_ring.TryAdd(submission))
            return ValueTask.FromResult(LedgerResult.Unrecorded(LedgerStatus.Overloaded));
        WriteUnlessWriting();
        return submission.Task;
    }

    /// <summary>Carries out many transfers in order, each by itself: one that is refused does not keep the others back.</summary>
    /// <param name="transfers">The transfers; not to be changed until the call is over.</param>
    /// <param name="results">Where the outcome of each is put; as many places at least.</param>
    /// <param name="cancellationToken">Keeps the transfers from starting.</param>
    /// <returns>How many were carried out: all of them, or none when the ledger is overloaded.</returns>
    /// <exception cref="ArgumentException"><paramref name="results"/> is too short.</exception>
    /// <exception cref="ObjectDisposedException">The ledger is disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before they started.</exception>
    public ValueTask<int> TransferAsync(
        ReadOnlyMemory<Transfer> transfers, Memory<LedgerResult> results, CancellationToken cancellationToken = default)
    {
        if (results.Length < transfers.Length)
            throw new ArgumentException("There is not a place for each result.", nameof(results));
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<int>(cancellationToken);
        if (TryBeginWriting())
        {
            try
            {
                _writer.Execute(transfers.Span, results.Span, _time.Now());
                return ValueTask.FromResult(transfers.Length);
            }
            finally
            {
                EndWriting();
            }
        }

        var submission = new Submission<int>((writer, now) =>
        {
            writer.Execute(transfers.Span, results.Span, now);
            return transfers.Length;
        });
        if (!_ring.TryAdd(submission))
            return ValueTask.FromResult(0);
        WriteUnlessWriting();
        return submission.Task;
    }

    /// <inheritdoc/>
    public async ValueTask<AccountSnapshot?> FindAccountAsync(long account, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var submission = new Submission<AccountSnapshot?>((writer, now) =>
        {
            writer.RunDue(now);
            return writer.FindAccount(account);
        });
        // A look-up has no status to be refused with, so it waits for room.
        while (!_ring.TryAdd(submission))
        {
            cancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        WriteUnlessWriting();
        return await submission.Task.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<LedgerEvent> ReadEventsAsync(long after = 0, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        return _events.ReadAll(after, cancellationToken).ToAsyncEnumerable();
    }

    /// <summary>Ends timers; what was submitted is still answered.</summary>
    /// <returns>Completed.</returns>
    public ValueTask DisposeAsync()
    {
        _isDisposed = true;
        _alarm.Dispose();
        return ValueTask.CompletedTask;
    }

    private bool TryBeginWriting() => Interlocked.CompareExchange(ref _isWriting, 1, 0) == 0;

    private void WriteUnlessWriting()
    {
        if (TryBeginWriting())
            EndWriting();
    }

    // Serves the ring before it gives the writing away, and looks again afterwards: what was added in between was added by somebody who saw
    // a writer and relies on him. The exchange is a full fence between giving away and looking.
    private void EndWriting()
    {
        do
        {
            if (!Serve())
            {
                // Still writing, on another thread.
                ThreadPool.UnsafeQueueUserWorkItem(static ledger => ledger.EndWriting(), this, preferLocal: false);
                return;
            }

            Interlocked.Exchange(ref _isWriting, 0);
        }
        while ((!_ring.IsEmpty || _hasRung) && TryBeginWriting());
    }

    // False when there is more than one caller should do for others.
    private bool Serve()
    {
        _events.Publish();
        if (_hasRung)
        {
            // Reset before the clock is read: an alarm that rings later is about a later instant.
            _hasRung = false;
            _writer.RunDue(_time.Now());
            _events.Publish();
        }

        for (var served = 0; served < LongestService; served++)
        {
            if (_ring.Take() is not { } submission)
            {
                _alarm.Arm();
                return true;
            }

            submission.Run(_writer, _time.Now());
            _events.Publish();
            submission.Complete();
        }

        return false;
    }

    private void Ring()
    {
        if (_isDisposed)
            return;
        _hasRung = true;
        WriteUnlessWriting();
    }
}
