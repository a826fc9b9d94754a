using System.Collections.Concurrent;
using Assay.Reference.RateLimiting;
using Npgsql;

namespace Assay.Reference.PostgreSql.RateLimiting;

/// <summary>
/// A limit in PostgreSQL whose permits are taken several at a time: a request is answered in the process while its key has permits left,
/// and one statement asks for more, giving back what could not be used. What is asked for while a statement is under way shares the next.
/// </summary>
/// <remarks>
/// <para>From a full bucket on, all processes together never admit more than its burst plus what has come back since. In a window of
/// length W that begins later they admit at most the burst, W times the rate, and the permits that lay unused in processes at its
/// beginning: no more than <see cref="RateLeaseOptions.Permits"/> for each process, or the largest single request if that is more.</para>
/// <para>A process that ends without <see cref="DisposeAsync"/>, or loses its connection while it asks, loses the permits it holds or
/// asked for. They come back with time, and are never given out twice: no question is repeated, and nothing is given back twice.</para>
/// </remarks>
public sealed class LeasedRateLimit : IAsyncDisposable
{
    // Longer keys are asked for one by one: strangers choose keys, and those of a megabyte are not to be kept.
    private const int LongestKey = 256;

    private readonly PostgresRateLimit _limit;
    private readonly LeaseQuestions _questions;
    private readonly RateLeaseOptions _options;
    private readonly TimeProvider _clock;
    private readonly ConcurrentDictionary<string, LeaseCell> _cells = new(StringComparer.Ordinal);
    // Held to add a cell, not to find one: the count is compared and raised in one step.
    private readonly Lock _adding = new();
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _returns;

    /// <summary>Creates a limit that holds permits of another. Create one in a process.</summary>
    /// <param name="limit">Where permits come from; its clock counts the lives of leases.</param>
    /// <param name="options">How many and for how long; the default when null.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public LeasedRateLimit(PostgresRateLimit limit, RateLeaseOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(limit);
        options ??= new RateLeaseOptions();
        options.Validate();
        (_limit, _questions, _options, _clock) = (limit, new LeaseQuestions(limit), options, limit.Clock);
        _returns = Task.Run(ReturnFromTimeToTimeAsync);
    }

    /// <summary>Takes permits of a key, all or none: those held here, or else the server's.</summary>
    /// <param name="key">The key, of any length and any text; case counts.</param>
    /// <param name="permits">How many; from one to the burst.</param>
    /// <param name="cancellationToken">Ends the wait. Permits may have been taken then, and are lost.</param>
    /// <returns>The answer, as <see cref="PostgresRateLimit.AcquireAsync"/> gives it; what remains is what this process still holds.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="permits"/> can never be granted.</exception>
    /// <exception cref="NpgsqlException">The server cannot be reached. Whoever limits decides whether to let pass.</exception>
    /// <exception cref="ObjectDisposedException">The limit is disposed.</exception>
    public ValueTask<Decision> AcquireAsync(string key, int permits = 1, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        _limit.Check(permits);
        ObjectDisposedException.ThrowIf(_stopped.Task.IsCompleted, this);
        while (TryFind(key, out var cell))
        {
            switch (cell.Take(permits, _clock, _options.Life, out var left, out var asked))
            {
                case LeaseStep.Taken:
                    return new ValueTask<Decision>(new Decision(true, 0, left));
                case LeaseStep.Ask:
                    return AskAsync(cell, permits, left, cancellationToken);
                case LeaseStep.Wait:
                    return AfterAsync(asked, key, permits, cancellationToken);
                default:
                    // Not the one that may have taken its place.
                    _cells.TryRemove(new KeyValuePair<string, LeaseCell>(key, cell));
                    break;
            }
        }

        return _limit.AcquireAsync(key, permits, cancellationToken);
    }

    /// <summary>Gives back the permits whose time is over. It happens by itself once in every life of a lease.</summary>
    /// <param name="cancellationToken">Ends the wait; what was to be given back is then lost.</param>
    /// <returns>How many were given back.</returns>
    /// <exception cref="NpgsqlException">The server cannot be reached: they are lost, and come back with time.</exception>
    public Task<int> ReturnUnusedAsync(CancellationToken cancellationToken = default) => ReturnAsync(isForced: false, cancellationToken);

    /// <summary>Gives back all permits. Further requests are an error; those that are under way keep what they get.</summary>
    /// <returns>When they are given back, or could not be.</returns>
    public async ValueTask DisposeAsync()
    {
        if (!_stopped.TrySetResult())
            return;
        await _returns.ConfigureAwait(false);
        await TryReturnAsync(isForced: true).ConfigureAwait(false);
    }

    private bool TryFind(string key, out LeaseCell cell)
    {
        if (_cells.TryGetValue(key, out cell!))
            return true;
        if (key.Length > LongestKey)
            return false;
        lock (_adding)
        {
            if (_cells.Count >= _options.MaxKeys)
                return false;
            cell = _cells.GetOrAdd(key, static key => new LeaseCell(PostgresRateLimit.IdOf(key)));
            return true;
        }
    }

    private async ValueTask<Decision> AfterAsync(Task asked, string key, int permits, CancellationToken cancellationToken)
    {
        await asked.WaitAsync(cancellationToken).ConfigureAwait(false);
        return await AcquireAsync(key, permits, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<Decision> AskAsync(LeaseCell cell, int permits, int unused, CancellationToken cancellationToken)
    {
        if (_limit.TicksDenied(cell.Id, permits) is > 0 and var ticks)
        {
            cell.Answered(unused);
            return new Decision(false, ticks, unused);
        }

        // From the sending on: the server counts them as used by then.
        var (left, sent) = (0, _clock.GetTimestamp());
        try
        {
            var (granted, missing) = await _questions.AskAsync(new LeaseQuestion(cell.Id, permits, _options.Permits, unused), cancellationToken).ConfigureAwait(false);
            left = granted > 0 ? granted - permits : 0;
            return new Decision(granted > 0, missing, left);
        }
        finally
        {
            // After a failure nobody knows what the server did: what was held is lost rather than given out twice.
            cell.Answered(left, sent);
        }
    }

    private async Task ReturnFromTimeToTimeAsync()
    {
        while (!_stopped.Task.IsCompleted)
        {
            // The end of the wait is a timeout: the awaited signal ends it early.
            await _stopped.Task.WaitAsync(_options.Life, _clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!_stopped.Task.IsCompleted)
                await TryReturnAsync(isForced: false).ConfigureAwait(false);
        }
    }

    private async Task TryReturnAsync(bool isForced)
    {
        try
        {
            await ReturnAsync(isForced, CancellationToken.None).ConfigureAwait(false);
        }
        catch (NpgsqlException)
        {
            // They are lost, and not given back a second time: the first may have arrived.
        }
    }

    private async Task<int> ReturnAsync(bool isForced, CancellationToken cancellationToken)
    {
        var unused = new List<(byte[] Id, int Permits)>();
        foreach (var cell in _cells)
        {
            if (!cell.Value.TryRetire(_clock, _options.Life, isForced, out var left))
                continue;
            _cells.TryRemove(cell);
            if (left > 0)
                unused.Add((cell.Value.Id, left));
        }

        if (unused.Count > 0)
            await _limit.GiveBackAsync(unused, cancellationToken).ConfigureAwait(false);
        return unused.Sum(lease => lease.Permits);
    }
}
