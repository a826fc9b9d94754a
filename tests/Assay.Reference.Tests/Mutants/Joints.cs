using Assay.Reference.RateLimiting;
using Assay.Reference.Tests.RateLimiting;
using Assay.Verify;

namespace Assay.Reference.Tests.Mutants;

/// <summary>Several limits as one, as it is met in the wild.</summary>
internal static class Joints
{
    /// <summary>H-RL-8: takes from each in turn and stops at the first that rejects; what was taken before is lost.</summary>
    public static Acquire Chained(PermitLimit[] limits) => (permits, now) =>
    {
        var remaining = int.MaxValue;
        foreach (var limit in limits)
        {
            var decision = limit.TryAcquire(permits, now);
            if (!decision.IsAllowed)
                return decision;
            remaining = Math.Min(remaining, decision.Remaining);
        }

        return new Decision(true, 0, remaining);
    };

    /// <summary>H-RL-12: looks at all, but tells the time of the first that rejects, after which another still does.</summary>
    public static Acquire FirstRetryAfter(PermitLimit[] limits)
    {
        var joint = new JointLimit(limits);
        return (permits, now) =>
        {
            var first = limits.Select(limit => limit.Peek(permits, now)).FirstOrDefault(decision => !decision.IsAllowed);
            var decision = joint.TryAcquire(permits, now);
            return decision.IsAllowed ? decision : decision with { RetryAfterTicks = first.RetryAfterTicks };
        };
    }
}

/// <summary>Two counts of permits that never come back, under schedule control: the protocols of joint limits without their clocks.</summary>
internal sealed class ScheduledPair(IPrimitives primitives, int first, int second)
{
    private readonly ISharedVariable<int>[] _left = [primitives.NewVariable(first, "first"), primitives.NewVariable(second, "second")];
    private readonly ILock[] _locks = [primitives.NewLock("first"), primitives.NewLock("second")];

    /// <summary>What the joint limit does: all locks in one order, look at all, then take.</summary>
    public bool InOrder(params int[] keys) => LookThenTake([.. keys.Order()]);

    /// <summary>H-RL-8: the locks in the order in which the caller names the keys.</summary>
    public bool InTheCallersOrder(params int[] keys) => LookThenTake(keys);

    /// <summary>H-RL-8: takes from each at once and gives back when a later one rejects; meanwhile others are rejected for nothing.</summary>
    public bool TakeAndGiveBack(params int[] keys)
    {
        for (var taken = 0; taken < keys.Length; taken++)
        {
            if (TryTake(keys[taken]))
                continue;
            foreach (var key in keys[..taken])
                Locked(key, left => left + 1);
            return false;
        }

        return true;
    }

    private bool LookThenTake(int[] keys)
    {
        foreach (var key in keys)
            _locks[key].Enter();
        var allowed = keys.All(key => _left[key].Read() > 0);
        foreach (var key in keys.Where(_ => allowed))
            _left[key].Write(_left[key].Read() - 1);
        foreach (var key in keys)
            _locks[key].Exit();
        return allowed;
    }

    private bool TryTake(int key) => Locked(key, left => Math.Max(0, left - 1)) > 0;

    private int Locked(int key, Func<int, int> next)
    {
        _locks[key].Enter();
        var left = _left[key].Read();
        _left[key].Write(next(left));
        _locks[key].Exit();
        return left;
    }
}
