namespace Assay.Reference.Ledger;

/// <summary>
/// A ledger whose answers survive the process and the machine: nothing is answered, and no balance shown, before the events it rests on are
/// on the disk. Whoever waits together is written together, with one flush.
/// </summary>
public sealed class DurableLedger : ILedger
{
    // Bounds the memory of one frame; a flush of so many costs little more than one of a few.
    private const int LargestFrame = 8192;

    private readonly ILedger _inner;
    private readonly LedgerJournal _journal;

    // Guards the fields up to the failure; never held while anything is written.
    private readonly Lock _gate = new();

    // The round that has not begun. Whoever joins it is written, for a round reads the events after it has begun.
    private TaskCompletionSource? _next;
    private Task _rounds = Task.CompletedTask;
    private bool _isWriting;

    // A write or flush that failed may have left anything on the disk, and trying again proves nothing: pages that could not be written are
    // dropped. The ledger in memory is ahead of the file for good, so it answers nobody any more.
    private Exception? _failure;
    private long _durable;
    private volatile bool _isDisposed;

    private DurableLedger(ILedger inner, LedgerJournal journal) => (_inner, _journal, _durable) = (inner, journal, journal.LastSequence);

    /// <summary>The end of the chain of events that are on the disk.</summary>
    public ChainHead DurableHead { get; private set; } = new HashChain().Head;

    private Exception? Failure
    {
        get
        {
            lock (_gate)
                return _failure;
        }
    }

    private Task Rounds
    {
        get
        {
            lock (_gate)
                return _rounds;
        }
    }

    /// <summary>Opens a file, or creates it, and replays its events. An end that a crash tore is cut off; nobody had been told of it.</summary>
    /// <param name="path">The file. Its directory must exist, and on a new file be flushed by whoever created it.</param>
    /// <param name="create">Makes the engine from the events of the file.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    /// <returns>The ledger.</returns>
    /// <exception cref="IOException">The file cannot be opened, or another process has it open.</exception>
    /// <exception cref="LedgerCorruptException">The file is damaged elsewhere than at its end.</exception>
    public static ValueTask<DurableLedger> OpenAsync(
        string path, Func<IEnumerable<LedgerEvent>, ILedger> create, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(create);
        return OpenAsync(new FileStorage(path), create, cancellationToken);
    }

    internal static async ValueTask<DurableLedger> OpenAsync(
        IJournalStorage storage, Func<IEnumerable<LedgerEvent>, ILedger> create, CancellationToken cancellationToken)
    {
        try
        {
            var (journal, events) = await LedgerJournal.OpenAsync(storage, cancellationToken).ConfigureAwait(false);
            return new DurableLedger(create(events), journal) { DurableHead = journal.Head };
        }
        catch
        {
            // Otherwise the file stays locked for as long as the process lives.
            storage.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The file failed. The outcome is unknown: open it again and repeat the request.</exception>
    public async ValueTask<LedgerResult> ExecuteAsync(LedgerRequest request, CancellationToken cancellationToken = default)
    {
        ThrowIfUnusable();
        var result = await _inner.ExecuteAsync(request, cancellationToken).ConfigureAwait(false);
        // An answer without an event may rest on another's event too, such as a conflict of keys. No token: what has happened is not undone.
        await FlushedAsync(result.Sequence == 0 ? long.MaxValue : result.Sequence).ConfigureAwait(false);
        return result;
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The file failed.</exception>
    public async ValueTask<AccountSnapshot?> FindAccountAsync(long account, CancellationToken cancellationToken = default)
    {
        ThrowIfUnusable();
        var found = await _inner.FindAccountAsync(account, cancellationToken).ConfigureAwait(false);
        await FlushedAsync(long.MaxValue).ConfigureAwait(false);
        return found;
    }

    /// <summary>As <see cref="ILedger.ReadEventsAsync"/>; the last events may not be on the disk yet.</summary>
    /// <param name="after">The sequence number after which to begin; zero for all.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The events.</returns>
    public IAsyncEnumerable<LedgerEvent> ReadEventsAsync(long after = 0, CancellationToken cancellationToken = default) =>
        _inner.ReadEventsAsync(after, cancellationToken);

    /// <summary>Writes what is left and closes the file.</summary>
    /// <returns>When it is closed.</returns>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        await _inner.DisposeAsync().ConfigureAwait(false);
        try
        {
            // What time has caused since the last request.
            if (Failure is null)
                await FlushedAsync(long.MaxValue).ConfigureAwait(false);
        }
        finally
        {
            await Rounds.ConfigureAwait(false);
            _journal.Dispose();
        }
    }

    private void ThrowIfUnusable()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (Failure is { } failure)
            ThrowFailed(failure);
    }

    private ValueTask FlushedAsync(long sequence)
    {
        // A repetition of what is on the disk already waits for nobody.
        if (sequence <= Volatile.Read(ref _durable))
            return ValueTask.CompletedTask;
        lock (_gate)
        {
            if (_failure is not null)
                ThrowFailed(_failure);
            if (_next is null)
            {
                _next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                if (!_isWriting)
                    _rounds = Task.Run(RunRoundsAsync);
                _isWriting = true;
            }

            return new ValueTask(_next.Task);
        }
    }

    private async Task RunRoundsAsync()
    {
        while (BeginRound() is { } round)
        {
            try
            {
                await WriteNewEventsAsync().ConfigureAwait(false);
                round.SetResult();
            }
            catch (Exception exception)
            {
                // Reported to everybody who waits and to everybody who comes.
                Fail(round, exception);
            }
        }
    }

    private TaskCompletionSource? BeginRound()
    {
        lock (_gate)
        {
            var round = _next;
            _next = null;
            // In the same step as the look: whoever asks for a round from now on starts the writing again.
            _isWriting = round is not null;
            return round;
        }
    }

    private async ValueTask WriteNewEventsAsync()
    {
        await foreach (var chunk in _inner.ReadEventsAsync(_journal.LastSequence).Chunk(LargestFrame).ConfigureAwait(false))
        {
            await _journal.AppendAsync(chunk, CancellationToken.None).ConfigureAwait(false);
            DurableHead = _journal.Head;
            Volatile.Write(ref _durable, _journal.LastSequence);
        }
    }

    private void Fail(TaskCompletionSource round, Exception exception)
    {
        lock (_gate)
        {
            _failure = exception;
            _next?.SetException(Failed(exception));
            _next = null;
        }

        round.SetException(Failed(exception));
    }

    private static void ThrowFailed(Exception failure) => throw Failed(failure);

    private static IOException Failed(Exception failure) => new("The ledger's file failed; open it again to learn what it holds.", failure);
}
