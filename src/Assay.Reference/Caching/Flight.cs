using System.Diagnostics;

namespace Assay.Reference.Caching;

/// <summary>A load under way and its callers. The lock of its cache guards it.</summary>
internal sealed class Flight<TKey, TValue>(TKey key, uint hash, Lifetime lifetime, bool isBackground) : LoadNode
{
    // From the end of the load on it belongs to whoever ended it, who goes through it outside of the lock: nobody leaves any more.
    private readonly List<Waiter<TValue>> _waiters = [];

    // Where callers came from, if somebody traces them: the load is in one trace only, and the others are to find it.
    private List<ActivityContext>? _callers;

    // Callers that would have to leave before the load is abandoned. A load in the background has one more, the cache itself, and so
    // has one that runs on a blocked caller's thread, who cannot leave.
    private int _holds = isBackground ? 1 : 0;

    public TKey Key => key;

    public uint Hash => hash;

    public Lifetime Lifetime => lifetime;

    /// <summary>Cancels the factory; null for synchronous ones.</summary>
    public CancellationTokenSource? Cancellation { get; init; }

    /// <summary>Whether it runs on its first caller's thread, who is then none of those that wait.</summary>
    public bool IsSynchronous => Cancellation is null;

    /// <summary>Whether the last caller left: the factory is being cancelled.</summary>
    public bool IsAbandoned { get; private set; }

    /// <summary>Whether its factory is being cancelled because it took too long.</summary>
    public bool HasTimedOut => !IsAbandoned && Cancellation is { IsCancellationRequested: true };

    /// <summary>The running factory; it never fails, because every failure is an outcome.</summary>
    public Task Completion { get; set; } = Task.CompletedTask;

    public void Join(Waiter<TValue> waiter)
    {
        _waiters.Add(waiter);
        _holds++;
        if (Tracing.Source.HasListeners() && Activity.Current is { } caller)
            (_callers ??= []).Add(caller.Context);
    }

    /// <summary>Takes a caller out; the last one abandons the load.</summary>
    /// <returns>Whether he was still waiting.</returns>
    public bool Leave(Waiter<TValue> waiter)
    {
        if (IsOver || !_waiters.Remove(waiter))
            return false;
        EndWait(waiter.Waiting, this);
        IsAbandoned = --_holds == 0;
        return true;
    }

    /// <summary>Takes a caller out, but not his hold: the load goes on, whoever leaves.</summary>
    /// <returns>Whether he was still waiting.</returns>
    public bool LeaveInBackground(Waiter<TValue> waiter)
    {
        if (IsOver || !_waiters.Remove(waiter))
            return false;
        EndWait(waiter.Waiting, this);
        return true;
    }

    /// <summary>Ends the load and hands over those who wait for its outcome.</summary>
    public IReadOnlyList<Waiter<TValue>> End()
    {
        MarkOver();
        foreach (var waiter in _waiters)
            EndWait(waiter.Waiting, this);
        return _waiters;
    }

    /// <summary>Writes down how the load went and who shared it. After its end, when nobody joins any more.</summary>
    public void Describe(Activity? span, string cache, Exception? failure)
    {
        if (span is null)
            return;
        // Never the key: there is no end of keys.
        span.SetTag("assay.cache.name", cache);
        foreach (var caller in _callers ?? [])
        {
            if (caller.SpanId != span.ParentSpanId)
                span.AddLink(new ActivityLink(caller));
        }

        if (failure is not null)
            span.SetStatus(ActivityStatusCode.Error, failure.GetType().Name);
    }

    /// <summary>Runs a synchronous factory as this load's.</summary>
    public TValue Run(Func<TValue> factory) => RunInFlow(factory);

    /// <summary>Runs an asynchronous factory as this load's.</summary>
    public async ValueTask<TValue> RunAsync(Func<TKey, CancellationToken, ValueTask<TValue>> factory)
    {
        EnterFlow();
        return await factory(key, Cancellation?.Token ?? CancellationToken.None).ConfigureAwait(false);
    }
}
