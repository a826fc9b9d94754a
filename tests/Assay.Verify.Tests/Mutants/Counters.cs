namespace Assay.Verify.Tests.Mutants;

/// <summary>Adds by read and write, so two additions at once lose one.</summary>
internal sealed class LostUpdateCounter(IPrimitives primitives)
{
    private readonly ISharedVariable<long> _value = primitives.NewVariable(0L, "counter");

    public long Add(long amount)
    {
        var sum = _value.Read() + amount;
        _value.Write(sum);
        return sum;
    }
}

/// <summary>Its correct sibling.</summary>
internal sealed class LockedCounter(IPrimitives primitives)
{
    private readonly ILock _gate = primitives.NewLock("gate");
    private readonly ISharedVariable<long> _value = primitives.NewVariable(0L, "counter");

    public long Add(long amount)
    {
        _gate.Enter();
        try
        {
            var sum = _value.Read() + amount;
            _value.Write(sum);
            return sum;
        }
        finally
        {
            _gate.Exit();
        }
    }
}

/// <summary>A counter on real threads that loses updates; the yield widens the window, also on one core.</summary>
internal sealed class RacyCounter
{
    private long _value;

    public long Add(long amount)
    {
        var sum = Volatile.Read(ref _value) + amount;
        Thread.Yield();
        Volatile.Write(ref _value, sum);
        return sum;
    }
}
