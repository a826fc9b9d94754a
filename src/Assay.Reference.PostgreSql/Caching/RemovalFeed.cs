using System.Collections.Concurrent;
using System.Globalization;
using Npgsql;

namespace Assay.Reference.PostgreSql.Caching;

/// <summary>What a first level does about removals.</summary>
internal interface IRemovalSink
{
    void Drop(string key);

    void DropTag(string tag);
}

/// <summary>
/// Hears of removals on a connection of its own, and tells whether everything has been heard. Notifications come in the order of commits;
/// so when the feed's own notification has come back, all that were committed before it was sent have come as well.
/// </summary>
/// <remarks>
/// Time without a connection is time in which removals are missed: each such time begins a generation, and what was loaded in another
/// generation than the present one is not to be trusted.
/// </remarks>
internal sealed class RemovalFeed : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source;
    private readonly PostgresCacheOptions _options;
    private readonly string _channel;
    private readonly IRemovalSink _sink;
    private readonly TimeProvider _clock;
    private readonly TaskCompletionSource _stopped = NewSignal();

    // Only for this feed's own notifications: those of the others need not be woken.
    private readonly string _ownChannel;
    private readonly Queue<(string Channel, string Payload)> _arrived = new();

    // Who waits for the next proof that begins. The loop takes them over when it begins one, and keeps them until one succeeds.
    private readonly ConcurrentQueue<TaskCompletionSource> _waiting = new();
    private readonly List<TaskCompletionSource> _served = [];
    private readonly Task _loop;

    // Ends the present hearing.
    private volatile TaskCompletionSource? _bell;

    // Written by the loop alone. The generation is raised before trust ends and before it begins.
    private long _generation;
    private long _provenAt;
    private volatile bool _isListening;
    private long _proofs;
    private long _echoes;
    private string? _lastEcho;

    public RemovalFeed(NpgsqlDataSource source, PostgresCacheOptions options, string channel, IRemovalSink sink)
    {
        (_source, _options, _channel, _sink, _clock) = (source, options, channel, sink, options.Clock ?? TimeProvider.System);
        _ownChannel = "assay_echo_" + Guid.NewGuid().ToString("N");
        _loop = Task.Run(RunAsync);
    }

    public long Generation => Volatile.Read(ref _generation);

    /// <summary>Whether at <paramref name="now"/> every removal of the last while has been heard of since a generation began.</summary>
    public bool IsTrusted(long generation, long now) =>
        _isListening && _clock.GetElapsedTime(Volatile.Read(ref _provenAt), now) <= _options.MaxStaleness && Generation == generation;

    /// <summary>Completes when everything has been heard of that was committed before the call, as soon as the server can be reached.</summary>
    public Task CatchUpAsync(CancellationToken cancellationToken)
    {
        var waiting = NewSignal();
        _waiting.Enqueue(waiting);
        // A hearing that begins after this line sees that somebody waits.
        _bell?.TrySetResult();
        if (_loop.IsCompleted)
            waiting.TrySetException(new ObjectDisposedException(nameof(RemovalFeed)));
        return waiting.Task.WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _stopped.TrySetResult();
        _bell?.TrySetResult();
        await _loop.ConfigureAwait(false);
        _served.AddRange(_waiting);
        foreach (var waiting in _served)
            waiting.TrySetException(new ObjectDisposedException(nameof(RemovalFeed)));
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task RunAsync()
    {
        var delay = _options.FirstRetryDelay;
        while (!_stopped.Task.IsCompleted)
        {
            var proofs = _proofs;
            try
            {
                await ListenAsync().ConfigureAwait(false);
            }
            // Whatever ended it, removals are missed from here on; and the way back is the same.
            catch (Exception exception)
            {
                _options.ReadFailed?.Invoke(exception);
            }

            _isListening = false;
            Interlocked.Increment(ref _generation);
            _arrived.Clear();
            delay = _proofs > proofs ? _options.FirstRetryDelay : TimeSpan.FromTicks(Math.Min(delay.Ticks * 2, _options.LongestRetryDelay.Ticks));
            // The end of the delay is a timeout: the awaited signal ends it early.
            await _stopped.Task.WaitAsync(delay, _clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ListenAsync()
    {
        await using var connection = _source.CreateConnection();
        if (!await EndedAsync(connection.OpenAsync, _stopped.Task).ConfigureAwait(false))
            return;
        // Npgsql swallows what a handler throws: it only takes down what came.
        connection.Notification += (_, heard) => _arrived.Enqueue((heard.Channel, heard.Payload));
        if (!await EndedAsync(token => RunAsync(connection, $"listen \"{_channel}\"; listen \"{_ownChannel}\"", token), _stopped.Task).ConfigureAwait(false))
            return;
        // Loads that began before may have missed removals.
        Interlocked.Increment(ref _generation);
        while (!_stopped.Task.IsCompleted && await IsProvenAsync(connection).ConfigureAwait(false))
            await HearAsync(connection).ConfigureAwait(false);
    }

    // Hears until it is time for the next proof, or somebody asks for one.
    private async Task HearAsync(NpgsqlConnection connection)
    {
        var bell = NewSignal();
        _bell = bell;
        var timer = _clock.CreateTimer(_ => bell.TrySetResult(), null, _options.MaxStaleness / 3, Timeout.InfiniteTimeSpan);
        await using var owned = timer.ConfigureAwait(false);
        while (!bell.Task.IsCompleted && _waiting.IsEmpty && !_stopped.Task.IsCompleted)
        {
            await EndedAsync(connection.WaitAsync, bell.Task).ConfigureAwait(false);
            Apply();
        }
    }

    private async Task<bool> IsProvenAsync(NpgsqlConnection connection)
    {
        // A server that does not answer in this time is as good as lost.
        var late = NewSignal();
        var timer = _clock.CreateTimer(_ => late.TrySetResult(), null, _options.MaxStaleness, Timeout.InfiniteTimeSpan);
        await using var owned = timer.ConfigureAwait(false);
        while (_waiting.TryDequeue(out var waiting))
            _served.Add(waiting);
        var sent = _clock.GetTimestamp();
        if (!await EndedAsync(token => EchoAsync(connection, token), Task.WhenAny(late.Task, _stopped.Task)).ConfigureAwait(false))
            return _stopped.Task.IsCompleted ? false : throw new TimeoutException($"The server answered no notification within {_options.MaxStaleness}.");
        // From the sending on, not from the answer: what is committed in between may still be on its way.
        Volatile.Write(ref _provenAt, sent);
        _proofs++;
        _isListening = true;
        foreach (var served in _served)
            served.TrySetResult();
        _served.Clear();
        return true;
    }

    private async Task EchoAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        // Never one of before: a lost connection's may still arrive.
        var echo = (++_echoes).ToString(CultureInfo.InvariantCulture);
        await RunAsync(connection, $"notify \"{_ownChannel}\", '{echo}'", cancellationToken).ConfigureAwait(false);
        for (Apply(); _lastEcho != echo; Apply())
            await connection.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    // Whether the work ended before the signal; otherwise it is cancelled. What Npgsql does at a cancellation throws when the
    // connection breaks at the same moment: here that is one more way to lose it, on the thread of a timer or a caller it would be fatal.
    private static async Task<bool> EndedAsync(Func<CancellationToken, Task> work, Task signal)
    {
        using var cancel = new CancellationTokenSource();
        var task = work(cancel.Token);
        if (await Task.WhenAny(task, signal).ConfigureAwait(false) != task)
            await cancel.CancelAsync().ConfigureAwait(false);
        try
        {
            await task.ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return false;
        }
    }

    private void Apply()
    {
        while (_arrived.TryDequeue(out var heard))
        {
            if (heard.Channel == _ownChannel)
                _lastEcho = heard.Payload;
            else if (heard.Payload.Length > 0 && heard.Payload[0] == 'k')
                _sink.Drop(TextOf(heard.Payload));
            else if (heard.Payload.Length > 0 && heard.Payload[0] == 't')
                _sink.DropTag(TextOf(heard.Payload));
            // An operator who notifies by hand means everything.
            else
                _sink.DropTag(CacheText.EveryTag);
        }
    }

    private static string TextOf(string payload) => CacheText.KeyOf(Convert.FromHexString(payload.AsSpan(1)));

    private static async Task RunAsync(NpgsqlConnection connection, string text, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(text, connection);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
