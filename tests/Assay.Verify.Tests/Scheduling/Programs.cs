using Assay.Verify.Tests.Mutants;

namespace Assay.Verify.Tests.Scheduling;

/// <summary>Small programs, broken and mended.</summary>
internal static class Programs
{
    public static void LostUpdate(IPrimitives primitives) => TwoAdditions(primitives, new LostUpdateCounter(primitives).Add);

    public static void LockedUpdate(IPrimitives primitives) => TwoAdditions(primitives, new LockedCounter(primitives).Add);

    public static void OpposedLocks(IPrimitives primitives) => TwoLocks(primitives, opposed: true);

    public static void OrderedLocks(IPrimitives primitives) => TwoLocks(primitives, opposed: false);

    // The consumer tests the flag outside the lock, so the pulse can come before the wait.
    public static void LostWakeup(IPrimitives primitives) => Handover(primitives, checksUnderLock: false);

    public static void KeptWakeup(IPrimitives primitives) => Handover(primitives, checksUnderLock: true);

    public static void Spin(IPrimitives primitives, bool yields)
    {
        var flag = primitives.NewVariable(false, "flag");
        var setter = primitives.Spawn(() => flag.Write(true), "setter");
        while (!flag.Read())
        {
            if (yields)
                primitives.Yield();
        }

        setter.Join();
    }

    private static void TwoAdditions(IPrimitives primitives, Func<long, long> add)
    {
        var tasks = new[] { primitives.Spawn(() => add(1)), primitives.Spawn(() => add(1)) };
        foreach (var task in tasks)
            task.Join();
        var sum = add(0);
        if (sum != 2)
            throw new InvalidOperationException($"two additions made {sum}");
    }

    private static void TwoLocks(IPrimitives primitives, bool opposed)
    {
        var (a, b) = (primitives.NewLock("a"), primitives.NewLock("b"));
        var first = primitives.Spawn(() => Nested(a, b), "a then b");
        var second = primitives.Spawn(() => Nested(opposed ? b : a, opposed ? a : b), "other");
        first.Join();
        second.Join();
    }

    private static void Nested(ILock outer, ILock inner)
    {
        outer.Enter();
        inner.Enter();
        inner.Exit();
        outer.Exit();
    }

    private static void Handover(IPrimitives primitives, bool checksUnderLock)
    {
        var (gate, full) = (primitives.NewLock("gate"), primitives.NewVariable(false, "full"));
        var consumer = primitives.Spawn(
            () =>
            {
                var isFull = !checksUnderLock && full.Read();
                gate.Enter();
                if (checksUnderLock)
                    isFull = full.Read();
                if (!isFull)
                    gate.Wait();
                gate.Exit();
            },
            "consumer");
        gate.Enter();
        full.Write(true);
        gate.Pulse();
        gate.Exit();
        consumer.Join();
    }
}
