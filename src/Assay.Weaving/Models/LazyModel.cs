using Assay.Verify.Exploration;

namespace Assay.Weaving.Models;

/// <summary>
/// Lazy values. In the usual mode the real one holds a real lock while it creates, which no lane may wait for, so lanes hold one of ours. In the other modes it holds none: several lanes
/// may create at once, and the real one says whose is kept.
/// </summary>
[Models(typeof(Lazy<>))]
public static class LazyModel
{
    public static Lazy<T> New<T>(bool isThreadSafe, int site) => Made(new Lazy<T>(isThreadSafe), ModeOf(isThreadSafe));

    public static Lazy<T> New<T>(LazyThreadSafetyMode mode, int site) => Made(new Lazy<T>(mode), mode);

    public static Lazy<T> New<T>(Func<T> make, bool isThreadSafe, int site) => Made(new Lazy<T>(make, isThreadSafe), ModeOf(isThreadSafe));

    public static Lazy<T> New<T>(Func<T> make, LazyThreadSafetyMode mode, int site) => Made(new Lazy<T>(make, mode), mode);

    public static bool get_IsValueCreated<T>(Lazy<T> target, int site)
    {
        Hooks.Step(target, site);
        return target.IsValueCreated;
    }

    public static T get_Value<T>(Lazy<T> target, int site)
    {
        if (Arena.Current is not { } lane)
            return target.Value;
        lane.Arena.Step(lane, site, target);
        if (target.IsValueCreated || lane.Arena.ShadowOf<Mode>(target).IsOpen)
            return target.Value;
        // Who creates while creating is told so by the real one.
        if (lane.Arena.Locks.Depth(target, lane, LockMode.Exclusive) > 0)
            return target.Value;
        lane.Arena.WaitUntil(lane, site, target, Locking.IsFree);
        lane.Arena.Locks.Take(target, lane, LockMode.Exclusive);
        try
        {
            return target.Value;
        }
        finally
        {
            lane.Arena.Locks.Release(target, lane, LockMode.Exclusive);
        }
    }

    private static LazyThreadSafetyMode ModeOf(bool isThreadSafe) => isThreadSafe ? LazyThreadSafetyMode.ExecutionAndPublication : LazyThreadSafetyMode.None;

    private static Lazy<T> Made<T>(Lazy<T> made, LazyThreadSafetyMode mode)
    {
        if (Arena.Current is { } lane)
            lane.Arena.ShadowOf<Mode>(made).IsOpen = mode != LazyThreadSafetyMode.ExecutionAndPublication;
        return made;
    }

    private sealed class Mode
    {
        /// <summary>Whether several may create at once.</summary>
        public bool IsOpen { get; set; }
    }
}
