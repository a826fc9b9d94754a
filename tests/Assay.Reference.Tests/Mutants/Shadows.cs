using Assay.Reference.RateLimiting;
using Assay.Verify;

namespace Assay.Reference.Tests.Mutants;

/// <summary>What is said of a request: the answer, and what the shadow would have answered.</summary>
internal delegate (bool Answer, bool Shadow) AskBoth(int permits, long now);

/// <summary>Limits in the shadow as they are usually added to a limiter.</summary>
internal static class Shadows
{
    /// <summary>Asks the shadow only for what was granted: it never learns of the load it would have had to carry.</summary>
    public static AskBoth AskedForGrantsOnly(PermitLimit shadow, PermitLimit enforced) => (permits, now) =>
    {
        var answer = enforced.TryAcquire(permits, now).IsAllowed;
        return (answer, answer && shadow.TryAcquire(permits, now).IsAllowed);
    };

    /// <summary>Looks at the shadow without taking: it never runs out.</summary>
    public static AskBoth OnlyLookedAt(PermitLimit shadow, PermitLimit enforced) => (permits, now) =>
        (enforced.TryAcquire(permits, now).IsAllowed, shadow.Peek(permits, now).IsAllowed);

    /// <summary>Enforces the shadow as well.</summary>
    public static AskBoth Enforced(PermitLimit shadow, PermitLimit enforced)
    {
        var both = new JointLimit(shadow, enforced);
        return (permits, now) =>
        {
            var would = shadow.Peek(permits, now).IsAllowed;
            return (both.TryAcquire(permits, now).IsAllowed, would);
        };
    }
}

/// <summary>A limit in the shadow of another, one permit each, under schedule control.</summary>
internal sealed class ScheduledShadow(IPrimitives primitives)
{
    private readonly ISharedVariable<int>[] _left = [primitives.NewVariable(1, "enforced"), primitives.NewVariable(1, "shadow")];
    private readonly ILock _gate = primitives.NewLock("gate");

    public bool DiffersUnderOneLock()
    {
        _gate.Enter();
        var differs = DiffersOneByOne();
        _gate.Exit();
        return differs;
    }

    /// <summary>Each limit decides for itself, so that two requests can be first at one of them each.</summary>
    public bool DiffersOneByOne() => TryTake(_left[0]) != TryTake(_left[1]);

    private static bool TryTake(ISharedVariable<int> left) => left.CompareExchange(0, 1) == 1;
}
