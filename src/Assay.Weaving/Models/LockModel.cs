using Assay.Verify.Exploration;

namespace Assay.Weaving.Models;

/// <summary>System.Threading.Lock.</summary>
[Models(typeof(Lock))]
public static class LockModel
{
    public static void Enter(Lock target, int site)
    {
        if (Arena.Current is not { } lane)
            target.Enter();
        else
            Locking.Take(lane, Name(target), LockMode.Exclusive, site);
    }

    public static bool TryEnter(Lock target, int site) => TryEnter(target, 0, site);

    public static bool TryEnter(Lock target, TimeSpan patience, int site) => TryEnter(target, Locking.Milliseconds(patience), site);

    public static bool TryEnter(Lock target, int milliseconds, int site) => Arena.Current is not { } lane
        ? target.TryEnter(milliseconds)
        : Locking.Take(lane, Name(target), LockMode.Exclusive, site, Locking.Patience(milliseconds));

    public static void Exit(Lock target, int site)
    {
        if (Arena.Current is not { } lane)
            target.Exit();
        else
            Locking.Give(lane, Name(target), LockMode.Exclusive, site);
    }

    // A real scope gives back the real lock; in a run it stands empty, and what to give back is remembered by the lane, innermost last.
    public static Lock.Scope EnterScope(Lock target, int site)
    {
        if (Arena.Current is not { } lane)
            return target.EnterScope();
        Locking.Take(lane, Name(target), LockMode.Exclusive, site);
        lane.Scopes.Push(Name(target));
        return default;
    }

    public static bool get_IsHeldByCurrentThread(Lock target, int site) => Arena.Current is not { } lane
        ? target.IsHeldByCurrentThread
        : lane.Arena.Locks.Depth(Name(target), lane, LockMode.Exclusive) > 0;

    // The lock as a name only: nothing ever enters its monitor.
#pragma warning disable CS9216
    private static object Name(Lock target) => target;
#pragma warning restore CS9216
}

/// <summary>The scope of a lock statement over System.Threading.Lock.</summary>
[Models(typeof(Lock.Scope))]
public static class LockScopeModel
{
    public static void Dispose(ref Lock.Scope scope, int site)
    {
        if (Arena.Current is not { } lane)
            scope.Dispose();
        else if (lane.Scopes.TryPop(out var target))
            Locking.Give(lane, target, LockMode.Exclusive, site);
    }
}
