using Assay.Verify.Exploration;

namespace Assay.Weaving.Models;

/// <summary>Events that stay set. The real one keeps the state.</summary>
[Models(typeof(ManualResetEventSlim))]
public static class ManualResetEventSlimModel
{
    public static void Wait(ManualResetEventSlim target, int site) => Wait(target, Timeout.Infinite, site);

    public static bool Wait(ManualResetEventSlim target, TimeSpan patience, int site) => Wait(target, (int)patience.TotalMilliseconds, site);

    public static bool Wait(ManualResetEventSlim target, int milliseconds, int site)
    {
        if (Arena.Current is not { } lane)
            return target.Wait(milliseconds);
        lane.Arena.Step(lane, site, target);
        return lane.Arena.WaitUntil(lane, site, target, static (state, _) => ((ManualResetEventSlim)state!).IsSet, Locking.Patience(milliseconds));
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

    public static bool Wait(CountdownEvent target, TimeSpan patience, int site) => Wait(target, (int)patience.TotalMilliseconds, site);

    public static bool Wait(CountdownEvent target, int milliseconds, int site)
    {
        if (Arena.Current is not { } lane)
            return target.Wait(milliseconds);
        lane.Arena.Step(lane, site, target);
        return lane.Arena.WaitUntil(lane, site, target, static (state, _) => ((CountdownEvent)state!).IsSet, Locking.Patience(milliseconds));
    }

    public static bool Signal(CountdownEvent target, int site)
    {
        Hooks.Step(target, site);
        return target.Signal();
    }
}

/// <summary>Kernel events, of either kind: what a wait takes, a model has to give, so the state is kept here.</summary>
[Models(typeof(WaitHandle))]
public static class WaitHandleModel
{
    public static bool WaitOne(WaitHandle target, int site) => WaitOne(target, Timeout.Infinite, site);

    public static bool WaitOne(WaitHandle target, TimeSpan patience, int site) => WaitOne(target, (int)patience.TotalMilliseconds, site);

    public static bool WaitOne(WaitHandle target, int milliseconds, int site)
    {
        if (Arena.Current is not { } lane)
            return target.WaitOne(milliseconds);
        if (target is not (AutoResetEvent or ManualResetEvent))
            Hooks.Uncontrolled(site);
        lane.Arena.Step(lane, site, target);
        var known = EventState.Of(lane, target);
        if (!lane.Arena.WaitUntil(lane, site, known, static (state, _) => ((EventState)state!).IsSet, Locking.Patience(milliseconds)))
            return false;
        known.IsSet = target is ManualResetEvent;
        return true;
    }
}

/// <summary>Setting and resetting kernel events.</summary>
[Models(typeof(EventWaitHandle))]
public static class EventWaitHandleModel
{
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

    public bool IsSet { get; set; }

    public static EventState Of(Lane lane, WaitHandle target)
    {
        var state = lane.Arena.ShadowOf<EventState>(target);
        if (!state._isKnown)
            (state._isKnown, state.IsSet) = (true, target.WaitOne(0));
        return state;
    }
}
