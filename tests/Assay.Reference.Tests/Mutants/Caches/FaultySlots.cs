using Assay.Reference.Tests.Caching;
using Assay.Verify;

namespace Assay.Reference.Tests.Mutants.Caches;

/// <summary>What a protocol of versions can forget.</summary>
public enum SlotFault
{
    /// <summary>The reader does not look again after it has copied.</summary>
    LooksOnce,

    /// <summary>The writer raises the version at the end only: a copy of a half written slot passes.</summary>
    WritesUnannounced,

    /// <summary>The writer sets a flag and clears it, and nothing remains of it: a whole write between two looks passes.</summary>
    ForgetsTheVersion,

    /// <summary>The slot is found under its new key before it has its new value.</summary>
    LinksFirst,
}

/// <summary>One slot that changes its key, by a protocol with one fault.</summary>
internal sealed class FaultySlots(SlotFault fault) : IScheduledSlots
{
    private int _version;
    private int _key;
    private int _value;

    public void Set(int key, int value)
    {
        if (fault == SlotFault.LinksFirst)
            Write(() => _key = key, () => { });
        Write(() => _key = key, () => _value = value);
    }

    public void Remove(int key) => Write(() => _key = 0, () => { });

    public int? Get(int key)
    {
        while (true)
        {
            Step("read version");
            var version = _version;
            Step("read key");
            var slotKey = _key;
            Step("read value");
            var value = _value;
            Step("read version again");
            if (fault == SlotFault.LooksOnce || (version % 2 == 0 && _version == version))
                return slotKey == key ? value : null;
            ControlledExecution.Current?.Step(StepKind.Yield, "again");
        }
    }

    private void Write(Action first, Action second)
    {
        if (fault != SlotFault.WritesUnannounced)
            _version++;
        Step("write key");
        first();
        Step("write value");
        second();
        Step("end");
        _version += fault switch { SlotFault.WritesUnannounced => 2, SlotFault.ForgetsTheVersion => -1, _ => 1 };
        Step("ended");
    }

    private static void Step(string access) => ControlledExecution.Current?.Step(StepKind.Interleave, access);
}
