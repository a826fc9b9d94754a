namespace Assay.Analyzers.Tests.SharedState.Table;

/// <summary>Getters, setters and indexers with bodies.</summary>
internal static class Accessors
{
    public static readonly Case A_setter_writes_without_the_lock_of_the_getter = new(Primitive.LockStatement, """
        public sealed class ExchangeRate
        {
            private readonly object _gate = new();
            private decimal _rate = 1m;

            public decimal Rate
            {
                get { lock (_gate) return {|#0:_rate|}; }
                set { {|ASSAY2001:_rate|} = value; }
            }

            public void Scale(decimal factor)
            {
                lock (_gate)
                    _rate *= factor;
            }

            public decimal Convert(decimal amount)
            {
                lock (_gate)
                    return decimal.Round(amount * _rate, 2);
            }
        }
        """);

    public static readonly Case Both_accessors_lock = new(Primitive.LockStatement, """
        public sealed class ExchangeRate
        {
            private readonly object _gate = new();
            private decimal _rate = 1m;

            public decimal Rate
            {
                get { lock (_gate) return _rate; }
                set { lock (_gate) _rate = value; }
            }
        }
        """);

    public static readonly Case An_indexer_reads_the_dictionary_bare = new(Primitive.ThreadingLock, """
        public sealed class PriceList
        {
            private readonly Lock _gate = new();
            private readonly Dictionary<string, decimal> _prices = new();

            public decimal this[string sku]
            {
                get => {|ASSAY2001:_prices|}[sku];
                set { lock (_gate) {|#0:_prices|}[sku] = value; }
            }

            public bool Withdraw(string sku)
            {
                lock (_gate)
                    return _prices.Remove(sku);
            }

            public int Count { get { lock (_gate) return _prices.Count; } }
        }
        """);

    public static readonly Case An_indexer_locks_in_a_helper = new(Primitive.ThreadingLock, """
        public sealed class PriceList
        {
            private readonly Lock _gate = new();
            private readonly Dictionary<string, decimal> _prices = new();

            public decimal this[string sku]
            {
                get { lock (_gate) return Find(sku); }
                set { lock (_gate) Store(sku, value); }
            }

            private decimal Find(string sku) => _prices.TryGetValue(sku, out var price) ? price : 0m;

            private void Store(string sku, decimal price) => _prices[sku] = price;
        }
        """);

    public static readonly Case A_getter_counts_its_calls = new(Primitive.Interlocked, """
        public sealed class Sequence
        {
            private int _next;

            public int Next => {|ASSAY2005:_next++|};

            public int Reserve(int count) => {|#0:Interlocked.Add(ref _next, count)|} - count;
        }
        """);

    public static readonly Case A_getter_reads_what_interlocked_writes = new(Primitive.Interlocked, """
        public sealed class Sequence
        {
            private int _last;

            public int Last => Volatile.Read(ref _last);

            public int Next() => Interlocked.Increment(ref _last);
        }
        """);

    public static readonly Case A_setter_enters_the_write_lock_and_the_getter_the_read_lock = new(Primitive.ReaderWriterLock, """
        public sealed class FeatureFlags : IDisposable
        {
            private readonly ReaderWriterLockSlim _sync = new();
            private readonly HashSet<string> _enabled = new(StringComparer.Ordinal);

            public bool this[string flag]
            {
                get
                {
                    _sync.EnterReadLock();
                    try { return _enabled.Contains(flag); }
                    finally { _sync.ExitReadLock(); }
                }
                set
                {
                    _sync.EnterWriteLock();
                    try
                    {
                        if (value)
                            _enabled.Add(flag);
                        else
                            _enabled.Remove(flag);
                    }
                    finally
                    {
                        _sync.ExitWriteLock();
                    }
                }
            }

            public void Dispose() => _sync.Dispose();
        }
        """);

    public static readonly Case A_setter_takes_only_the_read_lock = new(Primitive.ReaderWriterLock, """
        public sealed class ShippingZones : IDisposable
        {
            private readonly ReaderWriterLockSlim _sync = new();
            private readonly Dictionary<string, int> _zones = new();

            public int this[string country]
            {
                get
                {
                    _sync.EnterReadLock();
                    try { return {|#0:_zones|}[country]; }
                    finally { _sync.ExitReadLock(); }
                }
                set
                {
                    _sync.EnterReadLock();
                    try { {|ASSAY2016:_zones|}[country] = value; }
                    finally { _sync.ExitReadLock(); }
                }
            }

            public void Dispose() => _sync.Dispose();
        }
        """);

    public static readonly Case A_synchronized_setter_and_a_bare_one = new(Primitive.Synchronized, """
        using System.Runtime.CompilerServices;

        internal sealed class Thermostat
        {
            private double _target;
            private double _margin;

            public double Target
            {
                [MethodImpl(MethodImplOptions.Synchronized)] get => {|#0:_target|};
                [MethodImpl(MethodImplOptions.Synchronized)] set => _target = value;
            }

            public void Reset() => {|ASSAY2001:_target|} = 21.0 + _margin;

            [MethodImpl(MethodImplOptions.Synchronized)]
            public bool IsReached(double measured) => Math.Abs(measured - _target) < _margin;

            public void Calibrate(double margin) => _margin = margin;
        }
        """);
}
