namespace Assay.Analyzers.Tests.SharedState.Table;

/// <summary>Several locks at once: orders, inversions, gate locks and weak targets.</summary>
internal static class LockHierarchies
{
    public static readonly Case Two_methods_take_two_locks_in_opposite_orders = new(Primitive.LockStatement, """
        public sealed class Theatre
        {
            private readonly object _seats = new();
            private readonly object _money = new();
            private int _sold;
            private decimal _earned;

            public void Sell(decimal price)
            {
                lock (_seats)
                {
                    _sold++;
                    lock ({|ASSAY2009:_money|})
                        _earned += price;
                }
            }

            public void Refund(decimal price)
            {
                lock (_money)
                {
                    _earned -= price;
                    lock ({|#0:_seats|})
                        _sold--;
                }
            }
        }
        """);

    public static readonly Case A_gate_lock_covers_both_orders = new(Primitive.LockStatement, """
        public sealed class Theatre
        {
            private readonly object _box = new();
            private readonly object _seats = new();
            private readonly object _money = new();
            private int _sold;
            private decimal _earned;

            public void Sell(decimal price)
            {
                lock (_box)
                lock (_seats)
                {
                    _sold++;
                    lock (_money)
                        _earned += price;
                }
            }

            public void Refund(decimal price)
            {
                lock (_box)
                lock (_money)
                {
                    _earned -= price;
                    lock (_seats)
                        _sold--;
                }
            }
        }
        """);

    public static readonly Case A_private_helper_takes_the_second_lock = new(Primitive.ThreadingLock, """
        public sealed class Kitchen
        {
            private readonly Lock _orders = new();
            private readonly Lock _stock = new();
            private int _open;
            private int _eggs;

            public void Order()
            {
                lock (_orders)
                {
                    _open++;
                    TakeEgg();
                }
            }

            public void Deliver(int eggs)
            {
                lock (_stock)
                {
                    _eggs += eggs;
                    lock ({|ASSAY2009:_orders|})
                        _open = 0;
                }
            }

            private void TakeEgg()
            {
                lock ({|#0:_stock|})
                    _eggs--;
            }
        }
        """);

    public static readonly Case A_try_lock_backs_off_in_the_other_order = new(Primitive.Monitor, """
        public sealed class Kitchen
        {
            private readonly object _orders = new();
            private readonly object _stock = new();
            private int _open;
            private int _eggs;

            public void Order()
            {
                lock (_orders)
                lock (_stock)
                {
                    _open++;
                    _eggs--;
                }
            }

            public bool TryDeliver(int eggs)
            {
                lock (_stock)
                {
                    if (!Monitor.TryEnter(_orders))
                        return false;
                    try
                    {
                        _eggs += eggs;
                        _open = 0;
                        return true;
                    }
                    finally
                    {
                        Monitor.Exit(_orders);
                    }
                }
            }
        }
        """);

    public static readonly Case Two_semaphores_are_taken_in_opposite_orders = new(Primitive.AsyncSemaphore, """
        public sealed class Depot
        {
            private readonly SemaphoreSlim _gateA = new(1, 1);
            private readonly SemaphoreSlim _gateB = new(1, 1);
            private int _a;
            private int _b;

            public async Task AToBAsync()
            {
                await _gateA.WaitAsync();
                try
                {
                    _a--;
                    await {|ASSAY2009:_gateB.WaitAsync()|};
                    try { _b++; }
                    finally { _gateB.Release(); }
                }
                finally
                {
                    _gateA.Release();
                }
            }

            public async Task BToAAsync()
            {
                await _gateB.WaitAsync();
                try
                {
                    _b--;
                    await {|#0:_gateA.WaitAsync()|};
                    try { _a++; }
                    finally { _gateA.Release(); }
                }
                finally
                {
                    _gateB.Release();
                }
            }
        }
        """);

    public static readonly Case The_outer_lock_is_released_before_the_other = new(Primitive.Monitor, """
        public sealed class Depot
        {
            private readonly object _in = new();
            private readonly object _out = new();
            private int _arrived;
            private int _left;

            public void Arrive()
            {
                lock (_in)
                    _arrived++;
                lock (_out)
                    _left = 0;
            }

            public void Leave()
            {
                lock (_out)
                    _left++;
                lock (_in)
                    _arrived--;
            }
        }
        """);

    public static readonly Case Two_readers_in_opposite_orders_wait_for_no_one = new(Primitive.ReaderWriterLock, """
        public sealed class Atlas
        {
            private readonly ReaderWriterLockSlim _maps = new();
            private readonly ReaderWriterLockSlim _names = new();
            private readonly List<string> _sheets = new();
            private readonly List<string> _index = new();

            public int Both()
            {
                _maps.EnterReadLock();
                try
                {
                    _names.EnterReadLock();
                    try { return _sheets.Count + _index.Count; }
                    finally { _names.ExitReadLock(); }
                }
                finally
                {
                    _maps.ExitReadLock();
                }
            }

            public int Either()
            {
                _names.EnterReadLock();
                try
                {
                    _maps.EnterReadLock();
                    try { return Math.Max(_sheets.Count, _index.Count); }
                    finally { _maps.ExitReadLock(); }
                }
                finally
                {
                    _names.ExitReadLock();
                }
            }
        }
        """);

    public static readonly Case The_same_field_under_two_locks = new(Primitive.LockStatement, """
        public sealed class Journal
        {
            private readonly object _readers = new();
            private readonly object _writers = new();
            private readonly List<string> _lines = new();

            public void Write(string line)
            {
                lock (_writers)
                    {|#0:_lines|}.Add(line);
            }

            public void Trim()
            {
                lock (_writers)
                    _lines.RemoveAt(0);
            }

            public string? Last()
            {
                lock (_readers)
                    return {|ASSAY2002:_lines|}.LastOrDefault();
            }
        }
        """);

    public static readonly Case A_lock_on_this_and_on_a_type = new(Primitive.LockStatement, """
        public class Spool
        {
            private static int s_total;
            private int _jobs;

            public void Add()
            {
                lock ({|ASSAY2012:this|})
                    _jobs++;
                lock ({|ASSAY2012:typeof(Spool)|})
                    s_total++;
            }
        }
        """);

    public static readonly Case A_lock_on_a_field_that_is_replaced = new(Primitive.LockStatement, """
        public sealed class Draft
        {
            private List<string> _lines = new();

            public void Add(string line)
            {
                lock ({|ASSAY2012:_lines|})
                    _lines.Add(line);
            }

            public void Clear() => {|#0:_lines|} = new();
        }
        """);

    public static readonly Case A_lock_on_this_of_an_internal_type = new(Primitive.Monitor, """
        internal sealed class Node
        {
            private int _visits;

            public void Visit()
            {
                lock (this)
                    _visits++;
            }

            public int Visits
            {
                get
                {
                    lock (this)
                        return _visits;
                }
            }
        }
        """);
}
