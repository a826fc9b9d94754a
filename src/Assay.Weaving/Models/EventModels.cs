using Assay.Verify.Exploration;

namespace Assay.Weaving.Models;

/// <summary>Events that stay set. The real one keeps the state.</summary>
[Models(typeof(ManualResetEventSlim))]
public static class ManualResetEventSlimModel
{
    public static void Wait(ManualResetEventSlim target, int site) => Wait(target, Timeout.Infinite, site);

    public static bool Wait(ManualResetEventSlim target, TimeSpan patience, int site) => Wait(target, Locking.Milliseconds(patience), site);

    public static void Wait(ManualResetEventSlim target, CancellationToken cancellationToken, int site) => Wait(target, Timeout.Infinite, cancellationToken, site);

    public static bool Wait(ManualResetEventSlim target, int milliseconds, int site) => Wait(target, milliseconds, CancellationToken.None, site);

    public static bool Wait(ManualResetEventSlim target, int milliseconds, CancellationToken cancellationToken, int site)
    {
        if (Arena.Current is not { } lane)
            return target.Wait(milliseconds, cancellationToken);
        var patience = Locking.Patience(milliseconds);
        lane.Arena.Step(lane, site, target);
        // One that is not set and was disposed says so.
        if (!target.IsSet)
            target.Wait(0, cancellationToken);
        Locking.Until(lane, site, target, () => target.IsSet, patience, cancellationToken);
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

    public static WaitHandle get_WaitHandle(ManualResetEventSlim target, int site) => Handles.Follow(target.WaitHandle, () => target.IsSet);

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

    public static bool Wait(CountdownEvent target, TimeSpan patience, int site) => Wait(target, Locking.Milliseconds(patience), site);

    public static bool Wait(CountdownEvent target, int milliseconds, int site) => Wait(target, milliseconds, CancellationToken.None, site);

    public static bool Wait(CountdownEvent target, int milliseconds, CancellationToken cancellationToken, int site)
    {
        if (Arena.Current is not { } lane)
            return target.Wait(milliseconds, cancellationToken);
        var patience = Locking.Patience(milliseconds);
        lane.Arena.Step(lane, site, target);
        // One that is not set and was disposed says so.
        if (!target.IsSet)
            target.Wait(0, cancellationToken);
        Locking.Until(lane, site, target, () => target.IsSet, patience, cancellationToken);
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

    public static bool TryAddCount(CountdownEvent target, int site) => TryAddCount(target, 1, site);

    public static bool TryAddCount(CountdownEvent target, int count, int site)
    {
        Hooks.Step(target, site);
        return target.TryAddCount(count);
    }

    public static void Reset(CountdownEvent target, int site)
    {
        Hooks.Step(target, site);
        target.Reset();
    }

    public static void Reset(CountdownEvent target, int count, int site)
    {
        Hooks.Step(target, site);
        target.Reset(count);
    }

    public static WaitHandle get_WaitHandle(CountdownEvent target, int site) => Handles.Follow(target.WaitHandle, () => target.IsSet);

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

    public static bool WaitOne(WaitHandle target, TimeSpan patience, int site) => WaitOne(target, Locking.Milliseconds(patience), site);

    public static bool WaitOne(WaitHandle target, int milliseconds, bool exitContext, int site) => WaitOne(target, milliseconds, site);

    public static bool WaitOne(WaitHandle target, int milliseconds, int site)
    {
        if (Arena.Current is not { } lane)
            return target.WaitOne(milliseconds);
        if (!Handles.IsKnown(target))
            Hooks.Uncontrolled(site);
        var patience = Locking.Patience(milliseconds);
        lane.Arena.Step(lane, site, target);
        Handles.RequireOpen(target);
        if (!(milliseconds < 0 ? IsFree() : CallRecord.Attempt(lane, IsFree, patience)))
            return false;
        Handles.Take(lane, target);
        return true;

        bool IsFree() => lane.Arena.WaitUntil(lane, site, target, static (state, waiting) => Handles.IsFree(waiting, (WaitHandle)state!), patience);
    }

    public static bool WaitOne(WaitHandle target, TimeSpan patience, bool exitContext, int site) => WaitOne(target, Locking.Milliseconds(patience), site);

    public static bool SignalAndWait(WaitHandle signalled, WaitHandle target, int site) => SignalAndWait(signalled, target, Timeout.Infinite, false, site);

    public static bool SignalAndWait(WaitHandle signalled, WaitHandle target, TimeSpan patience, bool exitContext, int site) =>
        SignalAndWait(signalled, target, Locking.Milliseconds(patience), exitContext, site);

    public static bool SignalAndWait(WaitHandle signalled, WaitHandle target, int milliseconds, bool exitContext, int site)
    {
        if (Arena.Current is null)
            return WaitHandle.SignalAndWait(signalled, target, milliseconds, exitContext);
        ArgumentNullException.ThrowIfNull(signalled);
        ArgumentNullException.ThrowIfNull(target);
        if (signalled is EventWaitHandle set)
            EventWaitHandleModel.Set(set, site);
        else if (signalled is Semaphore semaphore)
            SemaphoreModel.Release(semaphore, site);
        else
            MutexModel.ReleaseMutex((Mutex)signalled, site);
        return WaitOne(target, milliseconds, site);
    }

    public static bool WaitAll(WaitHandle[] targets, int site) => WaitAll(targets, Timeout.Infinite, site);

    public static bool WaitAll(WaitHandle[] targets, TimeSpan patience, int site) => WaitAll(targets, Locking.Milliseconds(patience), site);

    public static bool WaitAll(WaitHandle[] targets, int milliseconds, int site)
    {
        if (Arena.Current is not { } lane)
            return WaitHandle.WaitAll(targets, milliseconds);
        var patience = Locking.Patience(milliseconds);
        Handles.RequireAll(targets, site);
        if (targets.Distinct().Count() < targets.Length)
            throw new DuplicateWaitObjectException();
        lane.Arena.Step(lane, site);
        if (!lane.Arena.WaitUntil(lane, site, targets, static (state, waiting) => Array.TrueForAll((WaitHandle[])state!, target => Handles.IsFree(waiting, target)), patience))
            return false;
        Array.ForEach(targets, target => Handles.Take(lane, target));
        return true;
    }

    public static int WaitAny(WaitHandle[] targets, int site) => WaitAny(targets, Timeout.Infinite, site);

    public static int WaitAny(WaitHandle[] targets, TimeSpan patience, int site) => WaitAny(targets, Locking.Milliseconds(patience), site);

    public static int WaitAny(WaitHandle[] targets, int milliseconds, int site)
    {
        if (Arena.Current is not { } lane)
            return WaitHandle.WaitAny(targets, milliseconds);
        var patience = Locking.Patience(milliseconds);
        Handles.RequireAll(targets, site);
        lane.Arena.Step(lane, site);
        if (!lane.Arena.WaitUntil(lane, site, targets, static (state, waiting) => Array.Exists((WaitHandle[])state!, target => Handles.IsFree(waiting, target)), patience))
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
        Handles.RequireOpen(target);
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

    /// <summary>Whose handle it is, if it is another object's: it is set with that, and by nobody else.</summary>
    public Func<bool>? Follows { get; set; }

    public bool IsSet
    {
        get => Follows?.Invoke() ?? _isSet;
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
