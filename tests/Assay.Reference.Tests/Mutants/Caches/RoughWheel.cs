namespace Assay.Reference.Tests.Mutants.Caches;

/// <summary>Slots by due time, as a wheel or its definition orders them.</summary>
internal interface IDueTimes
{
    void Set(int slot, long due);

    void Remove(int slot);

    bool TryTakeDue(long now, out int slot);
}

/// <summary>
/// One wheel of 64 ticks that looks at the list of the present only: what is a turn or more away comes with the first turn, and what was
/// passed over in a long step comes a turn late.
/// </summary>
internal sealed class RoughWheel : IDueTimes
{
    private readonly Dictionary<int, long> _due = [];

    public void Set(int slot, long due) => _due[slot] = due;

    public void Remove(int slot) => _due.Remove(slot);

    public bool TryTakeDue(long now, out int slot)
    {
        slot = _due.Where(one => one.Value % 64 == now % 64).Select(one => one.Key).FirstOrDefault(-1);
        return _due.Remove(slot);
    }
}

/// <summary>Wheels whose slots are not sorted again when their list begins: they are due up to the list's length early.</summary>
internal sealed class UnsortedWheels : IDueTimes
{
    private readonly Dictionary<int, long> _due = [];
    private long _now;

    public void Set(int slot, long due) => _due[slot] = due <= _now ? due : due >> ShiftOf(due) << ShiftOf(due);

    public void Remove(int slot) => _due.Remove(slot);

    public bool TryTakeDue(long now, out int slot)
    {
        _now = now;
        slot = _due.Where(one => one.Value <= now).OrderBy(one => one.Value).Select(one => one.Key).FirstOrDefault(-1);
        return _due.Remove(slot);
    }

    private int ShiftOf(long due) => System.Numerics.BitOperations.Log2((ulong)(due ^ _now)) / 6 * 6;
}
