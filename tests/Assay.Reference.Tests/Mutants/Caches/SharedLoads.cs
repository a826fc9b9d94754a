using Assay.Reference.Caching;

namespace Assay.Reference.Tests.Mutants.Caches;

/// <summary>A plain cache with single flight, right as far as its tests go; its descendants each get one thing wrong.</summary>
internal class SharedLoadCache(CacheOptions<int, int> options) : PlainCache(options)
{
    protected readonly Dictionary<int, SharedLoad> Loads = [];

    public override async ValueTask<int> GetOrAddAsync(
        int key, Func<int, CancellationToken, ValueTask<int>> factory, CancellationToken cancellationToken = default)
    {
        SharedLoad? load;
        var begins = false;
        lock (Gate)
        {
            if (TryGet(key, out var present))
                return present;
            if (!Loads.TryGetValue(key, out load))
                (begins, Loads[key]) = (true, load = new SharedLoad());
            load.Callers++;
        }

        if (begins)
            _ = RunAsync(key, load, factory, cancellationToken);
        try
        {
            return await load.End.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Leave(key, load);
            throw;
        }
    }

    public override bool Set(int key, int value, EntryTerms? terms = null)
    {
        lock (Gate)
        {
            Detach(key);
            return base.Set(key, value, terms);
        }
    }

    public override bool TryRemove(int key, out int value)
    {
        lock (Gate)
        {
            Detach(key);
            return base.TryRemove(key, out value);
        }
    }

    public override void Clear()
    {
        lock (Gate)
        {
            foreach (var key in Loads.Keys.ToList())
                Detach(key);
            base.Clear();
        }
    }

    protected virtual void Detach(int key) => Loads.Remove(key);

    protected virtual CancellationToken TokenOf(SharedLoad load, CancellationToken firstCaller) => load.Cancellation.Token;

    protected virtual void Leave(int key, SharedLoad load)
    {
        lock (Gate)
        {
            if (--load.Callers > 0)
                return;
            Release(key, load);
        }

        load.Cancellation.Cancel();
    }

    protected virtual void AfterFailure(int key, SharedLoad load) => Release(key, load);

    protected bool Release(int key, SharedLoad load) => Loads.TryGetValue(key, out var current) && current == load && Loads.Remove(key);

    private async Task RunAsync(
        int key, SharedLoad load, Func<int, CancellationToken, ValueTask<int>> factory, CancellationToken firstCaller)
    {
        try
        {
            var value = await factory(key, TokenOf(load, firstCaller)).ConfigureAwait(false);
            lock (Gate)
            {
                if (Release(key, load))
                    base.Set(key, value);
            }

            load.End.TrySetResult(value);
        }
        catch (Exception failure)
        {
            lock (Gate)
                AfterFailure(key, load);
            load.End.TrySetException(failure);
        }
    }

    internal sealed class SharedLoad
    {
        public TaskCompletionSource<int> End { get; } = new();

        public CancellationTokenSource Cancellation { get; } = new();

        public int Callers { get; set; }
    }
}

/// <summary>H-CA-5: what a load brings is stored although its key was removed or written while it ran.</summary>
internal sealed class StoresOutOfDate(CacheOptions<int, int> options) : SharedLoadCache(options)
{
    protected override void Detach(int key)
    {
    }
}

/// <summary>The factory gets the first caller's token: when he gives up, so must all.</summary>
internal sealed class FirstCallersToken(CacheOptions<int, int> options) : SharedLoadCache(options)
{
    protected override CancellationToken TokenOf(SharedLoad load, CancellationToken firstCaller) => firstCaller;
}

/// <summary>A failed load keeps its key: everybody after it gets the same exception for ever.</summary>
internal sealed class KeepsFailures(CacheOptions<int, int> options) : SharedLoadCache(options)
{
    protected override void AfterFailure(int key, SharedLoad load)
    {
    }
}

/// <summary>H-CA-7: whoever gives up leaves the key locked by a load that nobody waits for, nor cancels.</summary>
internal sealed class LeaksTheKey(CacheOptions<int, int> options) : SharedLoadCache(options)
{
    protected override void Leave(int key, SharedLoad load)
    {
    }
}
