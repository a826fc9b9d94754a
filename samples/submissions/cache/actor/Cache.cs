using System;
using System.Collections.Concurrent;
using System.Threading;
using System.Threading.Tasks;
using Assay.Contracts;

namespace Candidate;

/// <summary>An actor: callers put messages into its mailbox, and whoever finds it idle works the mailbox off. What is to be told, run or cancelled, the callers do themselves.</summary>
public sealed class Cache : ICache
{
    private readonly ConcurrentQueue<Message> _mailbox = new();
    private readonly Shelves _shelves;
    private readonly Action<string, string>? _evicted;
    private int _isBusy;

    public Cache(int capacity, TimeSpan timeToLive, Action<string, string>? evicted, TimeProvider clock)
    {
        _shelves = new Shelves(capacity, timeToLive, clock);
        _evicted = evicted;
    }

    public string? Get(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var ask = Handled(new Ask(key));
        return ask.Value;
    }

    public void Set(string key, string value)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        Tell(Handled(new Put(key, value)).Evicted);
    }

    public bool Remove(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Handled(new Take(key)).WasThere;
    }

    public int Count() => Handled(new Report()).Count;

    public CacheCounts Counts() => Handled(new Report()).Counts;

    public Task<string> GetOrLoadAsync(string key, Func<string, CancellationToken, Task<string>> loader, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(loader);
        var caller = new Caller();
        var join = Handled(new Join(key, caller));
        if (join.Value is { } value)
            return Task.FromResult(value);
        if (join.Begins)
            _ = RunAsync(join.Load!, loader);
        return cancellationToken.CanBeCanceled ? LeavingAsync(join.Load!, caller, cancellationToken) : caller.Task;
    }

    private async Task RunAsync(Load load, Func<string, CancellationToken, Task<string>> loader)
    {
        string? value = null;
        Exception? failure = null;
        try
        {
            value = await loader(load.Key, load.Token).ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            failure = thrown;
        }

        var end = Handled(new End(load, value));
        foreach (var caller in end.Callers)
            caller.End(value, failure);
        Tell(end.Evicted);
    }

    private async Task<string> LeavingAsync(Load load, Caller caller, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(
            _ =>
            {
                var leave = Handled(new Leave(load, caller));
                if (leave.HasLeft)
                    caller.Leave(cancellationToken);
                if (leave.IsLast)
                    load.Abandon();
            },
            null);
        return await caller.Task.ConfigureAwait(false);
    }

    private void Tell((string Key, string Value)? gone)
    {
        if (_evicted is null || gone is not var (key, value))
            return;
        try
        {
            _evicted(key, value);
        }
        catch (Exception failure)
        {
            Console.Error.WriteLine(failure.Message);
        }
    }

    private T Handled<T>(T message)
        where T : Message
    {
        _mailbox.Enqueue(message);
        var spinner = new SpinWait();
        while (!message.IsHandled)
        {
            if (Interlocked.CompareExchange(ref _isBusy, 1, 0) == 0)
                WorkOff();
            else
                spinner.SpinOnce();
        }

        return message;
    }

    private void WorkOff()
    {
        while (_mailbox.TryDequeue(out var next))
            next.Handle(_shelves);
        Volatile.Write(ref _isBusy, 0);
    }
}
