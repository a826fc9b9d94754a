using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Assay.Contracts;

namespace Candidate;

/// <summary>
/// All that the cache knows is one immutable state. Every call computes the next state and what follows from it, swaps the state in, or computes again; only then does it
/// what follows.
/// </summary>
public sealed class Cache : ICache
{
    private readonly Action<string, string>? _evicted;
    private readonly TimeProvider _clock;
    private readonly long _start;
    private State _state;

    public Cache(int capacity, TimeSpan timeToLive, Action<string, string>? evicted, TimeProvider clock)
    {
        _state = State.New(capacity, timeToLive);
        _evicted = evicted;
        _clock = clock;
        _start = clock.GetTimestamp();
    }

    public string? Get(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Change(state => state.Get(key));
    }

    public void Set(string key, string value)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        Tell(Change(state => state.Set(key, value)));
    }

    public bool Remove(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Change(state => state.Remove(key));
    }

    public int Count() => Change(state => (state, state.Count));

    public CacheCounts Counts() => Change(state => (state, state.Totals));

    public Task<string> GetOrLoadAsync(string key, Func<string, CancellationToken, Task<string>> loader, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(loader);
        var own = new Load(key);
        var (value, load) = Change(state => state.GetOrJoin(own));
        if (value is not null)
            return Task.FromResult(value);
        if (load == own)
            _ = RunAsync(own, loader);
        return AwaitAsync(load!, cancellationToken);
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

        var evicted = Change(state => state.End(load, value));
        load.Answer(value, failure);
        Tell(evicted);
    }

    private async Task<string> AwaitAsync(Load load, CancellationToken cancellationToken)
    {
        var left = new TaskCompletionSource();
        using var registration = cancellationToken.UnsafeRegister(_ => left.TrySetResult(), null);
        if (await Task.WhenAny(load.Task, left.Task).ConfigureAwait(false) == left.Task && !load.Task.IsCompleted)
        {
            if (Change(state => state.Leave(load)))
                load.Abandon();
            cancellationToken.ThrowIfCancellationRequested();
        }

        return await load.Task.ConfigureAwait(false);
    }

    private void Tell(KeyValuePair<string, string>? evicted)
    {
        try
        {
            if (evicted is { } gone)
                _evicted?.Invoke(gone.Key, gone.Value);
        }
        catch (Exception failure)
        {
            Console.Error.WriteLine($"Told of an eviction, the owner threw {failure.GetType().Name}.");
        }
    }

    private T Change<T>(Func<State, (State Next, T Answer)> step)
    {
        while (true)
        {
            var seen = Volatile.Read(ref _state);
            var (next, answer) = step(seen.At(_clock.GetElapsedTime(_start)));
            if (ReferenceEquals(Interlocked.CompareExchange(ref _state, next, seen), seen))
                return answer;
        }
    }
}
