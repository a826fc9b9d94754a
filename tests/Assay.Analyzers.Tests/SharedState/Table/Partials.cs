namespace Assay.Analyzers.Tests.SharedState.Table;

/// <summary>Types in two files: the lock in one, the access in the other.</summary>
internal static class Partials
{
    public static readonly Case The_other_file_forgets_the_lock = new(Primitive.LockStatement, """
        // ==== Warehouse.cs
        public sealed partial class Warehouse
        {
            private readonly object _gate = new();
            private readonly Dictionary<string, int> _bins = new();

            public void Put(string bin, int count)
            {
                lock (_gate)
                    {|#0:_bins|}[bin] = count;
            }

            public bool Has(string bin)
            {
                lock (_gate)
                    return _bins.ContainsKey(bin);
            }

            public void Clear()
            {
                lock (_gate)
                    _bins.Clear();
            }
        }
        // ==== WarehouseReport.cs
        public sealed partial class Warehouse
        {
            public int Total() => {|ASSAY2001:_bins|}.Values.Sum();
        }
        """);

    public static readonly Case The_other_file_is_called_under_the_lock = new(Primitive.LockStatement, """
        // ==== Warehouse.cs
        public sealed partial class Warehouse
        {
            private readonly object _gate = new();
            private readonly Dictionary<string, int> _bins = new();

            public void Put(string bin, int count)
            {
                lock (_gate)
                {
                    _bins[bin] = count;
                    Compact();
                }
            }
        }
        // ==== WarehouseCompaction.cs
        public sealed partial class Warehouse
        {
            private void Compact()
            {
                foreach (var empty in _bins.Where(bin => bin.Value == 0).Select(bin => bin.Key).ToList())
                    _bins.Remove(empty);
            }
        }
        """);

    public static readonly Case A_partial_method_takes_the_locks_the_other_way_round = new(Primitive.ThreadingLock, """
        // ==== Exchange.cs
        public sealed partial class Exchange
        {
            private readonly Lock _orders = new();
            private readonly Lock _trades = new();
            private int _open;
            private int _done;

            public void Fill()
            {
                lock (_orders)
                {
                    _open--;
                    lock ({|ASSAY2009:_trades|})
                        _done++;
                }
            }
        }
        // ==== ExchangeUndo.cs
        public sealed partial class Exchange
        {
            public void Undo()
            {
                lock (_trades)
                {
                    _done--;
                    lock ({|#0:_orders|})
                        _open++;
                }
            }
        }
        """);

    public static readonly Case A_partial_method_takes_the_locks_in_the_same_order = new(Primitive.ThreadingLock, """
        // ==== Exchange.cs
        public sealed partial class Exchange
        {
            private readonly Lock _orders = new();
            private readonly Lock _trades = new();
            private int _open;
            private int _done;

            public void Fill()
            {
                lock (_orders)
                {
                    _open--;
                    lock (_trades)
                        _done++;
                }
            }
        }
        // ==== ExchangeUndo.cs
        public sealed partial class Exchange
        {
            public void Undo()
            {
                lock (_orders)
                lock (_trades)
                {
                    _done--;
                    _open++;
                }
            }
        }
        """);

    public static readonly Case A_generated_half_holds_the_field = new(Primitive.Interlocked, """
        // ==== Meter.cs
        public sealed partial class Meter
        {
            public void Record() => Interlocked.Increment(ref _samples);

            public int Take() => Interlocked.Exchange(ref _samples, 0);
        }
        // ==== Meter.Fields.cs
        public sealed partial class Meter
        {
            private int _samples;

            public bool IsEmpty => Volatile.Read(ref _samples) == 0;
        }
        """);

    public static readonly Case The_other_file_counts_without_interlocked = new(Primitive.Interlocked, """
        // ==== Meter.cs
        public sealed partial class Meter
        {
            private int _samples;

            public void Record() => {|#0:Interlocked.Increment(ref _samples)|};
        }
        // ==== Meter.Merge.cs
        public sealed partial class Meter
        {
            public void Merge(int samples) => {|ASSAY2005:_samples += samples|};
        }
        """);
}
