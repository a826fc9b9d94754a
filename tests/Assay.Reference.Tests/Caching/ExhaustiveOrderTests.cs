using Assay.Reference.Caching;
using Assay.Reference.Tests.Mutants.Caches;
using Assay.Verify;

namespace Assay.Reference.Tests.Caching;

/// <summary>Every sequence of calls over four keys, against the definition.</summary>
public sealed class ExhaustiveOrderTests
{
    private const int Keys = 4;

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_sequence_of_eight_calls_answers_as_the_definition_does(int capacity)
    {
        var sequences = new Sequences(new LruTtlCache<int, int>(capacity), capacity, length: 7);
        Assert.Null(sequences.FirstDifference());
        Assert.Equal(sequences.Expected, sequences.Played);
    }

    [Theory]
    [InlineData(nameof(FirstInFirstOut))]
    [InlineData(nameof(DropsTheNewItem))]
    [InlineData(nameof(EmptiesAtTheLimit))]
    [InlineData(nameof(OneTooMany))]
    public void Another_order_is_caught(string mutant)
    {
        var cache = AllCaches.Mutants[mutant](new CacheOptions<int, int> { Capacity = 3, Clock = new ManualClock() });
        Assert.NotNull(new Sequences(cache, 3, length: 5).FirstDifference());
    }

    /// <summary>
    /// All sequences of gets, sets and removals. Keys have no order to the cache, so they appear in order: of sequences that differ in
    /// the names of the keys only, one is played.
    /// </summary>
    private sealed class Sequences(ICache<int, int> cache, int capacity, int length)
    {
        private readonly OrderTable _orders = new(capacity, Keys);
        private readonly int[] _calls = new int[length];
        private readonly int[] _values = new int[Keys];

        public long Played { get; private set; }

        public long Expected => Count(0, 0);

        public string? FirstDifference() => Extend(0, 0);

        private string? Extend(int position, int keysUsed)
        {
            if (position == length)
                return Play();
            for (var call = 0; call < OrderTable.Kinds * Math.Min(keysUsed + 1, Keys); call++)
            {
                _calls[position] = call;
                if (Extend(position + 1, Math.Max(keysUsed, (call / OrderTable.Kinds) + 1)) is { } difference)
                    return difference;
            }

            return null;
        }

        private string? Play()
        {
            Played++;
            cache.Clear();
            var order = OrderTable.Empty;
            for (var i = 0; i < length; i++)
            {
                var (kind, key) = (_calls[i] % OrderTable.Kinds, _calls[i] / OrderTable.Kinds);
                var isThere = _orders.Contains(order, key);
                order = _orders.Next(order, _calls[i]);
                var answer = Call(kind, key, i, out var value);
                if (kind != OrderTable.Set && (answer != isThere || (isThere && value != _values[key])))
                    return $"{string.Join(' ', _calls)} at {i}: {answer} {value}, by definition {isThere} {_values[key]}";
                if (kind == OrderTable.Set)
                    _values[key] = i;
            }

            return LastCallDiffers(order);
        }

        // The last call, for all of them at once: reads change the order only, so four in a row answer what each alone would, and a
        // removal answers what a read does.
        private string? LastCallDiffers(int order)
        {
            for (var key = 0; key < Keys; key++)
            {
                if (cache.TryGet(key, out var value) != _orders.Contains(order, key) || (_orders.Contains(order, key) && value != _values[key]))
                    return $"{string.Join(' ', _calls)} and then get {key}";
            }

            return null;
        }

        private bool Call(int kind, int key, int step, out int value)
        {
            value = step;
            return kind switch
            {
                OrderTable.Get => cache.TryGet(key, out value),
                OrderTable.Set => cache.Set(key, step),
                _ => cache.TryRemove(key, out value),
            };
        }

        private long Count(int position, int keysUsed)
        {
            if (position == length)
                return 1;
            var known = OrderTable.Kinds * keysUsed * Count(position + 1, keysUsed);
            return keysUsed == Keys ? known : known + (OrderTable.Kinds * Count(position + 1, keysUsed + 1));
        }
    }

    /// <summary>The definition of an LRU order as a table: each order of keys is a number, each call leads to another.</summary>
    private sealed class OrderTable
    {
        public const int Get = 0;
        public const int Set = 1;
        public const int Remove = 2;
        public const int Kinds = 3;
        public const int Empty = 0;

        private readonly List<int[]> _orders = [[]];
        private readonly List<int[]> _next = [];

        public OrderTable(int capacity, int keys)
        {
            // The list grows while it is walked, until no order is new.
            for (var i = 0; i < _orders.Count; i++)
                _next.Add([.. Enumerable.Range(0, keys * Kinds).Select(call => NumberOf(After(_orders[i], call, capacity)))]);
        }

        public bool Contains(int order, int key) => Array.IndexOf(_orders[order], key) >= 0;

        public int Next(int order, int call) => _next[order][call];

        private static int[] After(int[] order, int call, int capacity)
        {
            var (kind, key) = (call % Kinds, call / Kinds);
            var others = order.Where(other => other != key).ToArray();
            if (kind == Remove || (kind == Get && others.Length == order.Length))
                return others;
            return [key, .. others.Take(capacity - 1)];
        }

        private int NumberOf(int[] order)
        {
            var number = _orders.FindIndex(known => known.SequenceEqual(order));
            if (number >= 0)
                return number;
            _orders.Add(order);
            return _orders.Count - 1;
        }
    }
}
