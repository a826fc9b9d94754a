using Assay.Reference.Caching;
using Assay.Verify;

namespace Assay.Reference.Tests.Caching;

/// <summary>Reads without a lock beside one writer: whole values, no entry missed that was there all the time.</summary>
public sealed class SlotTableTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Histories_of_readers_beside_writers_are_those_of_a_dictionary(bool collides)
    {
        var value = 0;
        var result = Stress.Run(
            new DictionaryModel<int, Wide>(),
            () => new LockedTable(collides),
            (random, lane) => random.Next(lane == 0 ? 5 : 9) switch
            {
                0 => new DictionaryCall<int, Wide>.Remove(random.Next(3)),
                < 5 => new DictionaryCall<int, Wide>.Set(random.Next(3), new Wide(++value)),
                _ => (DictionaryCall<int, Wide>)new DictionaryCall<int, Wide>.Get(random.Next(3)),
            },
            (table, call) => table.Execute(call),
            new StressOptions { Rounds = 2_000, Threads = 3, CallsPerThread = 6, Seed = 4, MaxSpins = 16 },
            TestContext.Current.CancellationToken);
        Assert.False(result.HasFailed, result.ToString());
    }

    [Fact]
    public void Readers_see_whole_values_while_a_writer_overwrites_moves_and_grows()
    {
        var (table, isOver) = (new LockedTable(collides: false), false);
        table.Set(-1, new Wide(-1));
        var readers = Enumerable.Range(0, 2).Select(_ => new Thread(() =>
        {
            while (!Volatile.Read(ref isOver))
            {
                // The one that is never touched is never missed.
                Assert.True(table.TryGet(-1, out var still) && still == new Wide(-1));
                if (table.TryGet(7, out var moving))
                    Assert.Equal(new Wide((int)moving.First), moving);
            }
        })).ToList();
        readers.ForEach(reader => reader.Start());
        for (var i = 0; i < 200_000; i++)
        {
            table.Set(i % 8 == 0 ? i : 7, new Wide(i));
            if (i % 3 == 0)
                table.Remove(i % 9 == 0 ? 7 : i - 3);
        }

        Volatile.Write(ref isOver, true);
        readers.ForEach(reader => reader.Join());
    }

    [Fact]
    public void Removed_keys_and_values_are_not_kept_alive()
    {
        var table = new SlotTable<object, object, Unscheduled>(null);
        var (key, value) = AddAndRemove(table);
        GC.Collect();
        Assert.False(key.IsAlive || value.IsAlive);

        static (WeakReference Key, WeakReference Value) AddAndRemove(SlotTable<object, object, Unscheduled> table)
        {
            var (key, value) = (new object(), new object());
            table.Remove(table.Add(key, table.HashOf(key), value, long.MaxValue));
            return (new WeakReference(key), new WeakReference(value));
        }
    }

    /// <summary>A value wide enough to be read half written.</summary>
    public readonly record struct Wide(long First, long Second, long Third, long Fourth)
    {
        public Wide(int number)
            : this(number, -number, number * 3L, ~number)
        {
        }
    }

    private sealed class LockedTable(bool collides)
    {
        private readonly Lock _gate = new();
        private readonly SlotTable<int, Wide, Unscheduled> _table = new(collides ? new AllAlike() : null);

        public Reply<Wide> Execute(DictionaryCall<int, Wide> call)
        {
            switch (call)
            {
                case DictionaryCall<int, Wide>.Get get:
                    return TryGet(get.Key, out var value) ? Reply<Wide>.Of(value) : Reply<Wide>.No;
                case DictionaryCall<int, Wide>.Set set:
                    Set(set.Key, set.Value);
                    return Reply<Wide>.Done;
                default:
                    return Remove(((DictionaryCall<int, Wide>.Remove)call).Key);
            }
        }

        public bool TryGet(int key, out Wide value) => _table.TryRead(key, _table.HashOf(key), out value, out _) >= 0;

        public void Set(int key, Wide value)
        {
            lock (_gate)
            {
                var slot = _table.Find(key, _table.HashOf(key));
                if (slot >= 0)
                    _table.Overwrite(slot, value, long.MaxValue);
                else
                    _table.Add(key, _table.HashOf(key), value, long.MaxValue);
            }
        }

        public Reply<Wide> Remove(int key)
        {
            lock (_gate)
            {
                var slot = _table.Find(key, _table.HashOf(key));
                if (slot < 0)
                    return Reply<Wide>.No;
                var value = _table.At(slot).Value;
                _table.Remove(slot);
                return Reply<Wide>.Of(value);
            }
        }
    }

    private sealed class AllAlike : IEqualityComparer<int>
    {
        public bool Equals(int x, int y) => x == y;

        public int GetHashCode(int obj) => 0;
    }
}
