namespace Assay.Analyzers.Tests.SharedState.Table;

/// <summary>Semaphores as locks, as limits and as signals.</summary>
internal static class Semaphores
{
    public static readonly Case A_semaphore_guards_all_but_one_write = new(Primitive.Semaphore, """
        public sealed class Turnover
        {
            private readonly SemaphoreSlim _turn = new(1, 1);
            private decimal _total;

            public void Book(decimal amount)
            {
                _turn.Wait();
                try { _total += amount; }
                finally { _turn.Release(); }
            }

            public decimal Close()
            {
                _turn.Wait();
                try
                {
                    var total = {|#0:_total|};
                    _total = 0m;
                    return total;
                }
                finally
                {
                    _turn.Release();
                }
            }

            public void Correct(decimal total) => {|ASSAY2001:_total|} = total;
        }
        """);

    public static readonly Case A_semaphore_of_four_is_a_limit_and_no_lock = new(Primitive.AsyncSemaphore, """
        public sealed class Downloader(HttpClient http)
        {
            private readonly SemaphoreSlim _slots = new(4);
            private long _bytes;

            public async Task FetchAsync(string url)
            {
                await _slots.WaitAsync();
                try
                {
                    var content = await http.GetByteArrayAsync(url);
                    Interlocked.Add(ref _bytes, content.Length);
                }
                finally
                {
                    _slots.Release();
                }
            }

            public long Bytes => Interlocked.Read(ref _bytes);
        }
        """);

    public static readonly Case A_semaphore_of_four_does_not_guard_a_counter = new(Primitive.AsyncSemaphore, """
        public sealed class Downloader(HttpClient http)
        {
            private readonly SemaphoreSlim _slots = new(4);
            private volatile int _done;

            public int Done => _done;

            public async Task FetchAsync(string url)
            {
                await _slots.WaitAsync();
                try
                {
                    await http.GetByteArrayAsync(url);
                    {|ASSAY2005:_done++|};
                }
                finally
                {
                    _slots.Release();
                }
            }
        }
        """);

    public static readonly Case A_semaphore_signals_from_one_method_to_another = new(Primitive.Semaphore, """
        using System.Collections.Concurrent;

        public sealed class WorkQueue
        {
            private readonly ConcurrentQueue<Action> _work = new();
            private readonly SemaphoreSlim _ready = new(0);

            public void Post(Action work)
            {
                _work.Enqueue(work);
                _ready.Release();
            }

            public void RunOne()
            {
                _ready.Wait();
                if (_work.TryDequeue(out var work))
                    work();
            }
        }
        """);

    public static readonly Case An_async_lock_guards_a_cache_but_one_reader = new(Primitive.AsyncSemaphore, """
        public sealed class Menus
        {
            private readonly SemaphoreSlim _gate = new(1, 1);
            private readonly Dictionary<DateOnly, string> _menus = new();

            public async Task<string> GetAsync(DateOnly day, Func<DateOnly, Task<string>> cook)
            {
                await _gate.WaitAsync();
                try
                {
                    if (_menus.TryGetValue(day, out var menu))
                        return menu;
                    return {|#0:_menus|}[day] = await {|Info2011:cook(day)|};
                }
                finally
                {
                    _gate.Release();
                }
            }

            public bool IsPlanned(DateOnly day) => {|ASSAY2001:_menus|}.ContainsKey(day);
        }
        """);

    public static readonly Case An_async_lock_is_released_by_a_returned_scope = new(Primitive.Wrapper, """
        public sealed class Tills
        {
            private readonly SemaphoreSlim _turn = new(1, 1);
            private int _customers;

            public async Task ServeAsync(Func<Task> pay)
            {
                using (await EnterAsync())
                    _customers++;
                await pay();
            }

            public async Task<int> CustomersAsync()
            {
                using var scope = await EnterAsync();
                return _customers;
            }

            private async Task<Scope> EnterAsync()
            {
                await _turn.WaitAsync();
                return new Scope(_turn);
            }

            private sealed class Scope(SemaphoreSlim turn) : IDisposable
            {
                public void Dispose() => turn.Release();
            }
        }
        """);

    public static readonly Case A_semaphore_is_waited_for_under_a_monitor = new(Primitive.Semaphore, """
        public sealed class Crane
        {
            private readonly object _gate = new();
            private readonly SemaphoreSlim _hook = new(1, 1);
            private int _loads;

            public void Lift(Task cleared)
            {
                lock (_gate)
                {
                    {|Info2010:cleared.Wait()|};
                    _loads++;
                }
            }

            public void Swing()
            {
                lock (_gate)
                    {|ASSAY2010:Task.Delay(100).Wait()|};
            }
        }
        """);

    public static readonly Case A_mutex_lets_one_process_in = new(Primitive.Mutex, """
        public static class SingleInstance
        {
            private static readonly Mutex s_mutex = new(false, "orders-sync");

            public static bool TryRun(Action program)
            {
                if (!s_mutex.WaitOne(0))
                    return false;
                try
                {
                    program();
                    return true;
                }
                finally
                {
                    s_mutex.ReleaseMutex();
                }
            }
        }
        """);
}
