using Assay.Verify.Exploration;

namespace Assay.Weaving.Models;

/// <summary>Lazy values: the real one holds a real lock while it creates, which no lane may wait for.</summary>
[Models(typeof(Lazy<>))]
public static class LazyModel
{
    public static T get_Value<T>(Lazy<T> target, int site)
    {
        if (Arena.Current is not { } lane)
            return target.Value;
        lane.Arena.Step(lane, site, target);
        if (target.IsValueCreated)
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
}
