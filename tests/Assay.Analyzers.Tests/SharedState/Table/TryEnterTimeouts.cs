namespace Assay.Analyzers.Tests.SharedState.Table;

/// <summary>Acquires that can give up: timeouts, tries, and results that are asked or ignored.</summary>
internal static class TryEnterTimeouts
{
    public static readonly Case The_result_of_a_timed_wait_is_ignored = new(Primitive.Semaphore, """
        public sealed class Scale
        {
            private readonly SemaphoreSlim _turn = new(1, 1);
            private int _readings;

            public void Weigh()
            {
                {|ASSAY2022:_turn.Wait(TimeSpan.FromSeconds(5))|};
                try
                {
                    _readings++;
                }
                finally
                {
                    {|#0:_turn.Release()|};
                }
            }
        }
        """);

    public static readonly Case The_result_of_a_timed_wait_is_tested = new(Primitive.Semaphore, """
        public sealed class Scale
        {
            private readonly SemaphoreSlim _turn = new(1, 1);
            private int _readings;

            public bool Weigh()
            {
                if (!_turn.Wait(TimeSpan.FromSeconds(5)))
                    return false;
                try
                {
                    _readings++;
                    return true;
                }
                finally
                {
                    _turn.Release();
                }
            }
        }
        """);

    public static readonly Case A_try_enter_falls_through_to_the_work = new(Primitive.Monitor, """
        public sealed class Report
        {
            private readonly object _gate = new();
            private readonly List<string> _lines = new();

            public void Write(string line)
            {
                {|ASSAY2022:Monitor.TryEnter(_gate, 1000)|};
                try
                {
                    _lines.Add(line);
                }
                finally
                {
                    {|#0:Monitor.Exit(_gate)|};
                }
            }
        }
        """);

    public static readonly Case A_try_enter_skips_the_work_that_others_do = new(Primitive.Monitor, """
        public sealed class Compactor
        {
            private readonly object _gate = new();
            private readonly List<int> _pages = new();

            public void Add(int page)
            {
                lock (_gate)
                    _pages.Add(page);
            }

            public void CompactIfIdle()
            {
                if (!Monitor.TryEnter(_gate))
                    return;
                try
                {
                    _pages.Sort();
                }
                finally
                {
                    Monitor.Exit(_gate);
                }
            }
        }
        """);

    public static readonly Case A_try_enter_by_ref_and_a_guarded_exit = new(Primitive.Monitor, """
        public sealed class Compactor
        {
            private readonly object _gate = new();
            private readonly List<int> _pages = new();

            public bool TryCompact()
            {
                var taken = false;
                try
                {
                    Monitor.TryEnter(_gate, TimeSpan.FromMilliseconds(50), ref taken);
                    if (taken)
                        _pages.Sort();
                    return taken;
                }
                finally
                {
                    if (taken)
                        Monitor.Exit(_gate);
                }
            }
        }
        """);

    public static readonly Case A_lock_is_tried_in_a_condition = new(Primitive.ThreadingLock, """
        public sealed class Sampler
        {
            private readonly Lock _gate = new();
            private long _samples;

            public void Sample()
            {
                if (_gate.TryEnter())
                {
                    try { _samples++; }
                    finally { _gate.Exit(); }
                }
            }

            public long Samples { get { lock (_gate) return _samples; } }
        }
        """);

    public static readonly Case A_mutex_wait_with_a_timeout_is_ignored = new(Primitive.Mutex, """
        public sealed class Installer
        {
            private readonly Mutex _mutex = new(false, "installer");

            public void Install(Action work)
            {
                {|ASSAY2022:_mutex.WaitOne(30_000)|};
                try
                {
                    work();
                }
                finally
                {
                    {|#0:_mutex.ReleaseMutex()|};
                }
            }
        }
        """);

    public static readonly Case A_mutex_wait_with_a_timeout_is_asked = new(Primitive.Mutex, """
        public sealed class Installer
        {
            private readonly Mutex _mutex = new(false, "installer");

            public void Install(Action work)
            {
                if (!_mutex.WaitOne(30_000))
                    throw new TimeoutException("Another installation runs.");
                try
                {
                    work();
                }
                finally
                {
                    _mutex.ReleaseMutex();
                }
            }
        }
        """);

    public static readonly Case A_reader_that_times_out_exits_all_the_same = new(Primitive.ReaderWriterLock, """
        public sealed class Quotes
        {
            private readonly ReaderWriterLockSlim _sync = new();
            private readonly Dictionary<string, decimal> _quotes = new();

            public decimal? Find(string symbol)
            {
                {|ASSAY2022:_sync.TryEnterReadLock(100)|};
                try { return _quotes.TryGetValue(symbol, out var quote) ? quote : null; }
                finally { {|#0:_sync.ExitReadLock()|}; }
            }
        }
        """);

    public static readonly Case A_retry_loop_waits_until_it_has_the_lock = new(Primitive.Semaphore, """
        public sealed class Elevator
        {
            private readonly SemaphoreSlim _door = new(1, 1);
            private int _floor;

            public void Ride(int floor)
            {
                while (!_door.Wait(100))
                    Console.WriteLine("waiting");
                try
                {
                    _floor = floor;
                }
                finally
                {
                    _door.Release();
                }
            }
        }
        """);
}
