namespace Assay.Analyzers.Tests.SharedState.Table;

/// <summary>Ways out of a method between acquire and release, and checks that leave before the act.</summary>
internal static class EarlyReturns
{
    public static readonly Case A_return_between_enter_and_exit = new(Primitive.Monitor, """
        public sealed class SeatMap
        {
            private readonly object _gate = new();
            private readonly HashSet<int> _taken = new();

            public bool TryTake(int seat)
            {
                {|ASSAY2013:Monitor.Enter(_gate)|};
                if (_taken.Contains(seat))
                    return {|#0:false|};
                _taken.Add(seat);
                Monitor.Exit(_gate);
                return true;
            }
        }
        """);

    public static readonly Case Each_return_exits_first = new(Primitive.Monitor, """
        public sealed class SeatMap
        {
            private readonly object _gate = new();
            private int _taken;

            public bool TryTake(int seats)
            {
                Monitor.Enter(_gate);
                if (_taken + seats > 100)
                {
                    Monitor.Exit(_gate);
                    return false;
                }
                _taken += seats;
                Monitor.Exit(_gate);
                return true;
            }
        }
        """);

    public static readonly Case A_return_inside_a_lock_statement = new(Primitive.LockStatement, """
        public sealed class SeatMap
        {
            private readonly object _gate = new();
            private readonly HashSet<int> _taken = new();

            public bool TryTake(int seat)
            {
                lock (_gate)
                {
                    if (_taken.Contains(seat))
                        return false;
                    _taken.Add(seat);
                }
                return true;
            }
        }
        """);

    public static readonly Case A_continue_skips_the_release_of_a_semaphore = new(Primitive.Semaphore, """
        public sealed class Batcher
        {
            private readonly SemaphoreSlim _turn = new(1, 1);
            private int _sum;

            public void AddAll(IEnumerable<int> numbers)
            {
                foreach (var number in numbers)
                {
                    {|ASSAY2013:_turn.Wait()|};
                    if (number < 0)
                        continue;
                    _sum += number;
                    _turn.Release();
                }
            }
        }
        """);

    public static readonly Case A_continue_inside_try_finally = new(Primitive.Semaphore, """
        public sealed class Batcher
        {
            private readonly SemaphoreSlim _turn = new(1, 1);
            private int _sum;

            public void AddAll(IEnumerable<int> numbers)
            {
                foreach (var number in numbers)
                {
                    _turn.Wait();
                    try
                    {
                        if (number < 0)
                            continue;
                        _sum += number;
                    }
                    finally
                    {
                        _turn.Release();
                    }
                }
            }
        }
        """);

    public static readonly Case A_start_is_left_early_when_it_runs = new(Primitive.Volatile, """
        public sealed class Poller
        {
            private volatile bool _running;
            private Timer? _timer;

            public bool IsRunning => _running;

            public void Start()
            {
                if ({|#0:_running|})
                    return;
                {|ASSAY2024:_running = true|};
                _timer = new Timer(_ => Console.WriteLine("tick"), null, 0, 1000);
            }
        }
        """);

    public static readonly Case A_start_is_claimed_by_compare_exchange = new(Primitive.Interlocked, """
        public sealed class Poller
        {
            private int _running;
            private Timer? _timer;

            public bool IsRunning => Volatile.Read(ref _running) == 1;

            public void Start()
            {
                if (Interlocked.CompareExchange(ref _running, 1, 0) != 0)
                    return;
                _timer = new Timer(_ => Console.WriteLine("tick"), null, 0, 1000);
            }
        }
        """);

    public static readonly Case A_goto_jumps_to_the_release = new(Primitive.Monitor, """
        public sealed class Parser
        {
            private readonly object _gate = new();
            private int _errors;

            public bool Accept(string line)
            {
                var ok = true;
                Monitor.Enter(_gate);
                if (line.Length > 0)
                    goto done;
                ok = false;
                _errors++;
            done:
                Monitor.Exit(_gate);
                return ok;
            }
        }
        """);

    public static readonly Case A_switch_expression_decides_under_the_lock = new(Primitive.ThreadingLock, """
        public sealed class Turnstile
        {
            private readonly Lock _gate = new();
            private string _state = "locked";

            public bool Push()
            {
                lock (_gate)
                {
                    (_state, var open) = _state switch
                    {
                        "unlocked" => ("locked", true),
                        _ => ("locked", false),
                    };
                    return open;
                }
            }

            public void Pay()
            {
                lock (_gate)
                    _state = "unlocked";
            }
        }
        """);
}
