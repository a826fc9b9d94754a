using Assay.Verify.Exploration;

namespace Assay.Weaving.Models;

/// <summary>Events that stay set. The real one keeps the state.</summary>
[Models(typeof(ManualResetEventSlim))]
public static class ManualResetEventSlimModel
{
    public static void Wait(ManualResetEventSlim target, int site) => Wait(target, Timeout.Infinite, site);

    public static bool Wait(ManualResetEventSlim target, TimeSpan patience, int site) => Wait(target, (int)patience.TotalMilliseconds, site);

    public static void Wait(ManualResetEventSlim target, CancellationToken cancellationToken, int site) => Wait(target, Timeout.Infinite, cancellationToken, site);

    public static bool Wait(ManualResetEventSlim target, int milliseconds, int site) => Wait(target, milliseconds, CancellationToken.None, site);

    public static bool Wait(ManualResetEventSlim target, int milliseconds, CancellationToken cancellationToken, int site)
    {
        if (Arena.Current is not { } lane)
            return target.Wait(milliseconds, cancellationToken);
        lane.Arena.Step(lane, site, target);
        Locking.Until(lane, site, target, () => target.IsSet, Locking.Patience(milliseconds), cancellationToken);
        // Tells a token that was cancelled, and one that was disposed.
        return target.Wait(0, cancellationToken);
    }

    public static void Set(ManualResetEventSlim target, int site)
    {
        Hooks.Step(target, site);
        target.Set();
    }

    public static void Reset(ManualResetEventSlim target, int site)
    {
        Hooks.Step(target, site);
        target.Reset();
    }

    public static bool get_IsSet(ManualResetEventSlim target, int site)
    {
        Hooks.Step(target, site);
        return target.IsSet;
    }
}

/// <summary>Countdowns. The real one keeps the state.</summary>
[Models(typeof(CountdownEvent))]
public static class CountdownEventModel
{
    public static void Wait(CountdownEvent target, int site) => Wait(target, Timeout.Infinite, site);

    public static void Wait(CountdownEvent target, CancellationToken cancellationToken, int site) => Wait(target, Timeout.Infinite, cancellationToken, site);

    public static bool Wait(CountdownEvent target, TimeSpan patience, int site) => Wait(target, (int)patience.TotalMilliseconds, site);

    public static bool Wait(CountdownEvent target, int milliseconds, int site) => Wait(target, milliseconds, CancellationToken.None, site);

    public static bool Wait(CountdownEvent target, int milliseconds, CancellationToken cancellationToken, int site)
    {
        if (Arena.Current is not { } lane)
            return target.Wait(milliseconds, cancellationToken);
        lane.Arena.Step(lane, site, target);
        Locking.Until(lane, site, target, () => target.IsSet, Locking.Patience(milliseconds), cancellationToken);
        return target.Wait(0, cancellationToken);
    }

    public static bool Signal(CountdownEvent target, int site) => Signal(target, 1, site);

    public static bool Signal(CountdownEvent target, int count, int site)
    {
        Hooks.Step(target, site);
        return target.Signal(count);
    }

    public static void AddCount(CountdownEvent target, int site) => AddCount(target, 1, site);

    public static void AddCount(CountdownEvent target, int count, int site)
    {
        Hooks.Step(target, site);
        target.AddCount(count);
    }

    public static bool TryAddCount(CountdownEvent target, int site)
    {
        Hooks.Step(target, site);
        return target.TryAddCount();
    }

    public static int get_CurrentCount(CountdownEvent target, int site)
    {
        Hooks.Step(target, site);
        return target.CurrentCount;
    }

    public static bool get_IsSet(CountdownEvent target, int site)
    {
        Hooks.Step(target, site);
        return target.IsSet;
    }
}

/// <summary>Kernel events, mutexes and semaphores: what a wait takes, a model has to give, so the state is kept here.</summary>
[Models(typeof(WaitHandle))]
public static class WaitHandleModel
{
    public static bool WaitOne(WaitHandle target, int site) => WaitOne(target, Timeout.Infinite, site);

    public static bool WaitOne(WaitHandle target, TimeSpan patience, int site) => WaitOne(target, (int)patience.TotalMilliseconds, site);

    public static bool WaitOne(WaitHandle target, int milliseconds, bool exitContext, int site) => WaitOne(target, milliseconds, site);

    public static bool WaitOne(WaitHandle target, int milliseconds, int site)
    {
        if (Arena.Current is not { } lane)
            return target.WaitOne(milliseconds);
        if (!Handles.IsKnown(target))
            Hooks.Uncontrolled(site);
        lane.Arena.Step(lane, site, target);
        if (!(milliseconds < 0 ? IsFree() : CallRecord.Attempt(lane, IsFree, Locking.Patience(milliseconds))))
            return false;
        Handles.Take(lane, target);
        return true;

        bool IsFree() => lane.Arena.WaitUntil(lane, site, target, static (state, waiting) => Handles.IsFree(waiting, (WaitHandle)state!), Locking.Patience(milliseconds));
    }

    public static bool WaitAll(WaitHandle[] targets, int site) => WaitAll(targets, Timeout.Infinite, site);

    public static bool WaitAll(WaitHandle[] targets, TimeSpan patience, int site) => WaitAll(targets, (int)patience.TotalMilliseconds, site);

    public static bool WaitAll(WaitHandle[] targets, int milliseconds, int site)
    {
        if (Arena.Current is not { } lane)
            return WaitHandle.WaitAll(targets, milliseconds);
        if (!Array.TrueForAll(targets, Handles.IsKnown))
            Hooks.Uncontrolled(site);
        lane.Arena.Step(lane, site);
        if (!lane.Arena.WaitUntil(lane, site, targets, static (state, waiting) => Array.TrueForAll((WaitHandle[])state!, target => Handles.IsFree(waiting, target)), Locking.Patience(milliseconds)))
            return false;
        Array.ForEach(targets, target => Handles.Take(lane, target));
        return true;
    }

    public static int WaitAny(WaitHandle[] targets, int site) => WaitAny(targets, Timeout.Infinite, site);

    public static int WaitAny(WaitHandle[] targets, TimeSpan patience, int site) => WaitAny(targets, (int)patience.TotalMilliseconds, site);

    public static int WaitAny(WaitHandle[] targets, int milliseconds, int site)
    {
        if (Arena.Current is not { } lane)
            return WaitHandle.WaitAny(targets, milliseconds);
        if (!Array.TrueForAll(targets, Handles.IsKnown))
            Hooks.Uncontrolled(site);
        lane.Arena.Step(lane, site);
        if (!lane.Arena.WaitUntil(lane, site, targets, static (state, waiting) => Array.Exists((WaitHandle[])state!, target => Handles.IsFree(waiting, target)), Locking.Patience(milliseconds)))
            return WaitHandle.WaitTimeout;
        var first = Array.FindIndex(targets, target => Handles.IsFree(lane, target));
        Handles.Take(lane, targets[first]);
        return first;
    }
}

/// <summary>Setting and resetting kernel events.</summary>
[Models(typeof(EventWaitHandle))]
public static class EventWaitHandleModel
{
    public static EventWaitHandle New(bool isSet, EventResetMode mode, int site) => mode == EventResetMode.AutoReset ? new AutoResetEvent(isSet) : new ManualResetEvent(isSet);

    public static bool Set(EventWaitHandle target, int site) => Put(target, true, site);

    public static bool Reset(EventWaitHandle target, int site) => Put(target, false, site);

    private static bool Put(EventWaitHandle target, bool isSet, int site)
    {
        if (Arena.Current is not { } lane)
            return isSet ? target.Set() : target.Reset();
        lane.Arena.Step(lane, site, target);
        EventState.Of(lane, target).IsSet = isSet;
        return true;
    }
}

/// <summary>Whether a kernel event is set. The real one is asked once: it then only tells how it was made.</summary>
internal sealed class EventState
{
    private bool _isKnown;
    private bool _isSet;
    private bool _isAutomatic;

    /// <summary>The token whose handle it is: that is set with the token, and by nobody else.</summary>
    public CancellationToken Token { get; set; }

    public bool IsSet
    {
        get => _isSet || Token.IsCancellationRequested;
        set => _isSet = value;
    }

    public static EventState Of(Lane lane, WaitHandle target)
    {
        var state = lane.Arena.ShadowOf<EventState>(target);
        if (!state._isKnown)
            (state._isKnown, state._isAutomatic, state.IsSet) = (true, target is AutoResetEvent, target.WaitOne(0));
        return state;
    }

    /// <summary>One waiter goes through.</summary>
    public void Pass() => _isSet &= !_isAutomatic;
}
