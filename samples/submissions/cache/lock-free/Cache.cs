using System;
using System.Threading;
using System.Threading.Tasks;
using Assay.Contracts;

namespace Candidate;

/// <summary>
/// A log that grows by compare-and-swap at its end (Herlihy's universal construction): a call takes effect when its node is linked, and the tables that follow from the
/// nodes are the same for everybody who computes them. Nobody ever waits for anybody.
/// </summary>
public sealed class Cache : ICache
{
    private readonly Action<string, string>? _evicted;
    private readonly TimeProvider _clock;
    private readonly long _start;

    // Some node near the end that has its table; only a hint where to begin.
    private Node _recent;

    public Cache(int capacity, TimeSpan timeToLive, Action<string, string>? evicted, TimeProvider clock)
    {
        _recent = Node.First(new Table(capacity, timeToLive.Ticks));
        _evicted = evicted;
        _clock = clock;
        _start = clock.GetTimestamp();
    }

    public string? Get(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return (string?)Log((table, _) => table.Get(key)).Answer;
    }

    public void Set(string key, string value)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        Tell(Log((table, now) => table.Without(key, out _).Put(key, value, now)).Evicted);
    }

    public bool Remove(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Log((table, _) => table.Take(key)).Answer is true;
    }

    public int Count() => (int)Log((table, _) => new Outcome(table, table.Count)).Answer!;

    public CacheCounts Counts() => (CacheCounts)Log((table, _) => new Outcome(table, table.Counts)).Answer!;

    public Task<string> GetOrLoadAsync(string key, Func<string, CancellationToken, Task<string>> loader, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(loader);
        var made = new Flight(key);
        var answer = Log((table, _) => table.GetOrJoin(made)).Answer;
        if (answer is string value)
            return Task.FromResult(value);
        var flight = (Flight)answer!;
        if (flight == made)
            _ = FlyAsync(made, loader);
        return cancellationToken.CanBeCanceled ? WaitAsync(flight, cancellationToken) : flight.Landed;
    }

    private async Task FlyAsync(Flight flight, Func<string, CancellationToken, Task<string>> loader)
    {
        try
        {
            var value = await loader(flight.Key, flight.Token).ConfigureAwait(false);
            var outcome = Log((table, now) => table.Without(flight, out var wasCurrent) is var next && wasCurrent ? next.Put(flight.Key, value, now) : new Outcome(next, null));
            flight.Land(value);
            Tell(outcome.Evicted);
        }
        catch (Exception failure)
        {
            Log((table, now) => new Outcome(table.Without(flight, out _), null));
            flight.Crash(failure);
        }
    }

    private async Task<string> WaitAsync(Flight flight, CancellationToken cancellationToken)
    {
        try
        {
            return await flight.Landed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && !flight.Landed.IsCompleted)
        {
            if (Log((table, _) => table.Leave(flight)).Answer is true)
                flight.Abandon();
            throw;
        }
    }

    private void Tell(Entry? gone)
    {
        if (gone is null || _evicted is null)
            return;
        try
        {
            _evicted(gone.Key, gone.Value);
        }
        catch (Exception failure)
        {
            Console.Error.WriteLine($"not told of {gone.Key}: {failure.Message}");
        }
    }

    private Outcome Log(Func<Table, long, Outcome> step)
    {
        var node = new Node(_clock.GetElapsedTime(_start).Ticks, step);
        var last = Volatile.Read(ref _recent);
        while (last.TryLink(node) is { } other)
        {
            other.Compute(last);
            last = other;
        }

        node.Compute(last);
        Volatile.Write(ref _recent, node);
        return node.Outcome!;
    }
}
