using System.Threading.Channels;
using Assay.Reference.Ledger;
using Npgsql;

namespace Assay.Reference.PostgreSql.Ledger;

/// <summary>
/// Commits requests in batches: whatever arrives while one batch is committed is the next. Nobody waits for a batch to fill, so a lone
/// request is as fast as the database, and under load a commit is shared.
/// </summary>
internal sealed class GroupCommit : IAsyncDisposable
{
    // A wait is counted on the monotonic clock, what is due on a wall clock: after a jump of the latter the alarm is no later than this.
    private static readonly TimeSpan s_longestWait = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_nextAlarm = TimeSpan.FromSeconds(1);

    private readonly LedgerStore _store;
    private readonly LostConnection _lost;
    private readonly PostgresLedgerOptions _options;
    private readonly TimeProvider _clock;

    // A null wakes the loop without a request. Its loss in a full queue is no loss: the loop is awake then.
    private readonly Channel<WaitingRequest?> _waiting;
    private readonly ITimer _alarm;
    private readonly Task _loop;
    private volatile bool _isAlarmStale = true;
    private volatile bool _isStopped;

    public GroupCommit(LedgerStore store, LostConnection lost, PostgresLedgerOptions options)
    {
        (_store, _lost, _options, _clock) = (store, lost, options, options.Clock ?? TimeProvider.System);
        _waiting = Channel.CreateBounded<WaitingRequest?>(new BoundedChannelOptions(options.QueueLimit) { SingleReader = true });
        _alarm = _clock.CreateTimer(_ => Ring(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _waiting.Writer.TryWrite(null);
        _loop = Task.Run(RunAsync);
    }

    public bool IsStopped => _isStopped;

    /// <summary>Adds a request to the next batch; false when the queue is full or closed.</summary>
    public bool TryAdd(WaitingRequest request) => _waiting.Writer.TryWrite(request);

    /// <summary>Commits what waits, then ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _isStopped = true;
        _waiting.Writer.TryComplete();
        await _loop.ConfigureAwait(false);
        await _alarm.DisposeAsync().ConfigureAwait(false);
    }

    private void Ring()
    {
        _isAlarmStale = true;
        _waiting.Writer.TryWrite(null);
    }

    private async Task RunAsync()
    {
        while (await _waiting.Reader.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false))
        {
            var batch = TakeBatch();
            // A batch without requests lets happen what is due.
            if (batch.Count > 0 || _isAlarmStale)
                await CommitAsync(batch).ConfigureAwait(false);
            // Only ever set here: reading and writing back could undo what the timer set in between.
            if (batch.Exists(w => w.Request is LedgerRequest.Reserve or LedgerRequest.Schedule))
                _isAlarmStale = true;
            if (_isAlarmStale)
                await ArmAsync().ConfigureAwait(false);
            await CallerTurns.UntilAsync(batch.Count, () => _waiting.Reader.Count).ConfigureAwait(false);
        }
    }

    private List<WaitingRequest> TakeBatch()
    {
        var batch = new List<WaitingRequest>();
        while (batch.Count < _options.MaxBatch && _waiting.Reader.TryRead(out var waiting))
        {
            if (waiting is not null && !waiting.IsGivenUp())
                batch.Add(waiting);
        }

        return batch;
    }

    private async Task CommitAsync(List<WaitingRequest> batch)
    {
        try
        {
            // Committed or not: the keys of the batch make a second attempt harmless.
            var results = await _lost.RetryAsync(token => _store.ExecuteAsync(batch, token), CancellationToken.None).ConfigureAwait(false);
            for (var i = 0; i < results.Length; i++)
                batch[i].Complete(results[i]);
        }
        catch (LedgerUnavailableException exception)
        {
            Fail(batch, exception);
        }
        // Whatever it is, whoever waits for this batch hears of it, and the loop goes on.
        catch (Exception exception)
        {
            await CommitApartAsync(batch, exception).ConfigureAwait(false);
        }
    }

    // One request that the database cannot take must not fail those that happened to come with it.
    private async Task CommitApartAsync(List<WaitingRequest> batch, Exception exception)
    {
        if (batch.Count <= 1)
        {
            Fail(batch, exception);
            return;
        }

        foreach (var waiting in batch)
            await CommitAsync([waiting]).ConfigureAwait(false);
    }

    private async Task ArmAsync()
    {
        _isAlarmStale = false;
        try
        {
            var first = await _store.FirstDueAsync(CancellationToken.None).ConfigureAwait(false);
            _alarm.Change(first is { } ticks ? WaitFor(ticks) : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
        catch (Exception exception) when (exception is NpgsqlException or ObjectDisposedException)
        {
            // The alarm is set again in a while: what is due also happens with the next request of anybody.
            _alarm.Change(s_nextAlarm, Timeout.InfiniteTimeSpan);
        }
    }

    // Up to the next whole millisecond, which is what timers count: one that rang early would find nothing due.
    private TimeSpan WaitFor(long ticks)
    {
        var wait = new DateTimeOffset(ticks, TimeSpan.Zero) - _clock.GetUtcNow();
        if (wait <= TimeSpan.Zero)
            return TimeSpan.FromMilliseconds(1);
        return wait >= s_longestWait ? s_longestWait : TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
    }

    private static void Fail(List<WaitingRequest> batch, Exception exception)
    {
        foreach (var waiting in batch)
            waiting.Fail(exception);
    }
}
