using Assay.Reference.Caching;
using Assay.Reference.Tests.Mutants.Caches;
using Assay.Verify;

namespace Assay.Reference.Tests.Caching;

/// <summary>Slots with one writer and readers without a lock. A value is a hundred times its key and something.</summary>
internal interface IScheduledSlots
{
    void Set(int key, int value);

    void Remove(int key);

    int? Get(int key);
}

/// <summary>Hands every access of a table to the schedule that explores it.</summary>
internal readonly struct ScheduledSteps : ISlotSteps
{
    public void Next(string access) => ControlledExecution.Current?.Step(StepKind.Interleave, access);

    public void Again(ref SpinWait wait) => ControlledExecution.Current?.Step(StepKind.Yield, "again");
}

/// <summary>The ways to read a slot without the lock.</summary>
public enum SlotReading
{
    /// <summary>Entries are not marked to the full: each read walks and marks.</summary>
    Marking,

    /// <summary>Entries are, and live for ever.</summary>
    Settled,

    /// <summary>Entries are, and end some time.</summary>
    Ending,
}

/// <summary>The table of <see cref="ScalableCache{TKey, TValue}"/>, read as it reads it.</summary>
/// <param name="reading">Which of its ways readers take.</param>
internal sealed class ScheduledSlots(SlotReading reading) : IScheduledSlots
{
    private readonly SlotTable<int, int, ScheduledSteps> _table = new(null);

    private long End => reading == SlotReading.Ending ? 1 : CacheTime.Never;

    public void Set(int key, int value)
    {
        var slot = _table.Find(key, _table.HashOf(key));
        if (slot >= 0)
            _table.Overwrite(slot, value, End);
        else
            slot = _table.Add(key, _table.HashOf(key), value, End);
        if (reading != SlotReading.Marking)
            _table.SetMark(slot, ISlotMarks.Highest);
    }

    public void Remove(int key) => _table.Remove(_table.Find(key, _table.HashOf(key)));

    public int? Get(int key)
    {
        if (_table.TryReadSettled(key, out var seen, out var look) || _table.TryReadEnd(key, look, out _))
            return seen;
        return _table.TryRead(key, _table.HashOf(key), out var value, out _) >= 0 ? value : null;
    }

    /// <summary>So many keys that stand in one chain of a small table.</summary>
    public static int[] Colliding(int count)
    {
        const int BucketBits = 5;
        var table = new SlotTable<int, int, ScheduledSteps>(null);
        return [.. Enumerable.Range(1, 10_000).GroupBy(key => table.HashOf(key) >> (32 - BucketBits)).First(keys => keys.Count() >= count).Take(count)];
    }
}

/// <summary>The protocol of <see cref="SlotTable{TKey, TValue, TSteps}"/> under schedule control: every access to a slot is a step.</summary>
public sealed class ScheduledSlotTests
{
    private static readonly int[] s_keys = ScheduledSlots.Colliding(3);

    public static TheoryData<SlotReading, string> Cases => new MatrixTheoryData<SlotReading, string>(Enum.GetValues<SlotReading>(), [.. s_programs.Keys]);

    private static readonly Dictionary<string, Action<IPrimitives, IScheduledSlots>> s_programs = new()
    {
        ["a slot changes its key"] = SlotChangesItsKey,
        ["a chain is cut before the reader"] = ChainIsCut,
        ["a value is replaced"] = ValueIsReplaced,
        ["the table grows"] = TableGrows,
    };

    [Theory, MemberData(nameof(Cases))]
    public void No_schedule_shows_a_reader_what_was_never_there(SlotReading reading, string program)
    {
        var result = Explored(program, () => new ScheduledSlots(reading));
        Assert.True(result.Failure is null, result.Failure?.ToString());
        Assert.True(result.IsExhaustive, $"{result.Runs}");
    }

    [Theory]
    [InlineData(SlotFault.LooksOnce, "another key's")]
    [InlineData(SlotFault.WritesUnannounced, "another key's")]
    [InlineData(SlotFault.ForgetsTheVersion, "another key's")]
    [InlineData(SlotFault.LinksFirst, "another key's")]
    public void Protocols_with_a_step_missing_are_caught(SlotFault fault, string finding)
    {
        var result = Explored("a slot changes its key", () => new FaultySlots(fault));
        Assert.Contains(finding, result.Failure?.ToString() ?? "nothing", StringComparison.Ordinal);
    }

    private static ExploreResult Explored(string program, Func<IScheduledSlots> create) => Explore.Run(
        primitives => s_programs[program](primitives, create()),
        new ExploreOptions { Strategy = new DepthFirst(maxPreemptions: 2), MaxRuns = 40_000 },
        TestContext.Current.CancellationToken);

    // The slot of the first key is freed and used for the second while the first is read.
    private static void SlotChangesItsKey(IPrimitives primitives, IScheduledSlots slots)
    {
        var (first, second) = (s_keys[0], s_keys[1]);
        slots.Set(first, first * 100);
        var writer = primitives.Spawn(
            () =>
            {
                slots.Remove(first);
                slots.Set(second, second * 100);
                slots.Remove(second);
                slots.Set(first, (first * 100) + 1);
            },
            "writer");
        var earlier = Of(first, slots.Get(first));
        Of(second, slots.Get(second));
        var later = Of(first, slots.Get(first));
        writer.Join();
        if (earlier == (first * 100) + 1 && later != earlier)
            throw new InvalidOperationException($"{later} was read after {earlier}");
    }

    // The entry that leads to the reader's is removed, and its slot leads a chain of its own.
    private static void ChainIsCut(IPrimitives primitives, IScheduledSlots slots)
    {
        foreach (var key in s_keys)
            slots.Set(key, key * 100);
        var elsewhere = Enumerable.Range(1, 100).First(key => !s_keys.Contains(key));
        var writer = primitives.Spawn(
            () =>
            {
                slots.Remove(s_keys[1]);
                slots.Set(elsewhere, elsewhere * 100);
            },
            "writer");
        if (Of(s_keys[0], slots.Get(s_keys[0])) is null)
            throw new InvalidOperationException("what was there all the time was missed");
        writer.Join();
    }

    private static void ValueIsReplaced(IPrimitives primitives, IScheduledSlots slots)
    {
        var key = s_keys[0];
        slots.Set(key, key * 100);
        var writer = primitives.Spawn(
            () =>
            {
                slots.Set(key, (key * 100) + 1);
                slots.Set(key, (key * 100) + 2);
            },
            "writer");
        var (earlier, later) = (Of(key, slots.Get(key)), Of(key, slots.Get(key)));
        writer.Join();
        if (earlier is null || later is null || later < earlier)
            throw new InvalidOperationException($"{earlier} was read, then {later}");
    }

    private static void TableGrows(IPrimitives primitives, IScheduledSlots slots)
    {
        const int Full = 16;
        for (var key = 1; key <= Full; key++)
            slots.Set(key, key * 100);
        var writer = primitives.Spawn(
            () =>
            {
                slots.Set(Full + 1, (Full + 1) * 100);
                slots.Set(1, 101);
            },
            "writer");
        var isGrown = Of(Full + 1, slots.Get(Full + 1)) is not null;
        var (still, changed) = (Of(Full, slots.Get(Full)), Of(1, slots.Get(1)));
        writer.Join();
        if (still is null || changed is null || Of(Full + 1, slots.Get(Full + 1)) is null || Of(1, slots.Get(1)) != 101)
            throw new InvalidOperationException($"an entry was missed: {isGrown}, {still}, {changed}");
    }

    private static int? Of(int key, int? value) => value is null || value / 100 == key
        ? value
        : throw new InvalidOperationException($"{key} was read as another key's {value}");
}
