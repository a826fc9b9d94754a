namespace Assay.Analyzers.Tests.SharedState.Table;

/// <summary>Exceptions between acquire and release, filters, and finally blocks that release too much.</summary>
internal static class ExceptionPaths
{
    public static readonly Case A_call_that_throws_leaves_the_semaphore_taken = new(Primitive.AsyncSemaphore, """
        public sealed class Uploads(HttpClient http)
        {
            private readonly SemaphoreSlim _turn = new(1, 1);

            public async Task SendAsync(HttpContent content)
            {
                await {|ASSAY2013:_turn.WaitAsync()|};
                {|#0:await {|Info2010:http.PostAsync("upload", content)|}|};
                _turn.Release();
            }
        }
        """);

    public static readonly Case A_finally_gives_the_semaphore_back = new(Primitive.AsyncSemaphore, """
        public sealed class Uploads(HttpClient http)
        {
            private readonly SemaphoreSlim _turn = new(1, 1);

            public async Task SendAsync(HttpContent content)
            {
                await _turn.WaitAsync();
                try
                {
                    using var response = await {|Info2010:http.PostAsync("upload", content)|};
                    response.EnsureSuccessStatusCode();
                }
                finally
                {
                    _turn.Release();
                }
            }
        }
        """);

    public static readonly Case A_wait_that_can_be_cancelled_sits_inside_the_try = new(Primitive.AsyncSemaphore, """
        public sealed class Uploads(HttpClient http)
        {
            private readonly SemaphoreSlim _turn = new(1, 1);

            public async Task SendAsync(HttpContent content, CancellationToken cancellationToken)
            {
                try
                {
                    await {|ASSAY2022:_turn.WaitAsync(cancellationToken)|};
                    using var response = await {|Info2010:http.PostAsync("upload", content, cancellationToken)|};
                }
                finally
                {
                    {|#0:_turn.Release()|};
                }
            }
        }
        """);

    public static readonly Case Lock_taken_tells_the_finally_whether_to_exit = new(Primitive.Monitor, """
        public sealed class Thermometer
        {
            private readonly object _gate = new();
            private double _celsius;

            public void Set(Func<double> measure)
            {
                var taken = false;
                try
                {
                    var celsius = measure();
                    Monitor.Enter(_gate, ref taken);
                    _celsius = celsius;
                }
                finally
                {
                    if (taken)
                        Monitor.Exit(_gate);
                }
            }

            public double Celsius { get { lock (_gate) return _celsius; } }
        }
        """);

    public static readonly Case A_catch_rethrows_without_release = new(Primitive.Mutex, """
        public sealed class LogFile(string path)
        {
            private readonly Mutex _mutex = new(false, "log-file");

            public void Append(string line)
            {
                {|ASSAY2013:_mutex.WaitOne()|};
                try
                {
                    {|#0:{|Info2010:File.AppendAllText(path, line)|}|};
                }
                catch (IOException)
                {
                    throw;
                }
                _mutex.ReleaseMutex();
            }
        }
        """);

    public static readonly Case A_catch_releases_and_rethrows = new(Primitive.Mutex, """
        public sealed class LogFile(string path)
        {
            private readonly Mutex _mutex = new(false, "log-file");

            public void Append(string line)
            {
                _mutex.WaitOne();
                try
                {
                    {|Info2010:File.AppendAllText(path, line)|};
                }
                catch
                {
                    _mutex.ReleaseMutex();
                    throw;
                }
                _mutex.ReleaseMutex();
            }
        }
        """);

    public static readonly Case A_filter_reads_guarded_state_under_the_lock = new(Primitive.LockStatement, """
        public sealed class Breaker
        {
            private readonly object _gate = new();
            private int _failures;

            public void Run(Action work)
            {
                try
                {
                    work();
                    lock (_gate)
                        _failures = 0;
                }
                catch (Exception) when (Count() < 3)
                {
                }
            }

            private int Count()
            {
                lock (_gate)
                    return ++_failures;
            }
        }
        """);

    public static readonly Case A_catch_block_counts_bare = new(Primitive.LockStatement, """
        public sealed class Breaker
        {
            private readonly object _gate = new();
            private int _failures;

            public bool IsOpen { get { lock (_gate) return {|#0:_failures|} > 5; } }

            public void Close()
            {
                lock (_gate)
                    _failures = 0;
            }

            public int Drain()
            {
                lock (_gate)
                    return _failures;
            }

            public void Run(Action work)
            {
                try
                {
                    work();
                }
                catch (InvalidOperationException)
                {
                    {|ASSAY2001:_failures|}++;
                    throw;
                }
            }
        }
        """);

    public static readonly Case A_spin_lock_is_released_in_finally_by_its_flag = new(Primitive.SpinLock, """
        public sealed class Cells
        {
            private readonly int[] _cells = new int[64];
            private SpinLock _spin = new(false);

            public void Put(int index, int value)
            {
                var taken = false;
                try
                {
                    _spin.Enter(ref taken);
                    _cells[index] = value;
                }
                finally
                {
                    if (taken)
                        _spin.Exit(useMemoryBarrier: false);
                }
            }
        }
        """);

    public static readonly Case A_spin_lock_is_not_released_after_a_failure = new(Primitive.SpinLock, """
        public sealed class Cells
        {
            private readonly Dictionary<string, int> _cells = new();
            private SpinLock _spin = new(false);

            public void Put(string name, string value)
            {
                var taken = false;
                {|ASSAY2013:_spin.Enter(ref taken)|};
                _cells[name] = {|#0:int.Parse(value, null)|};
                _spin.Exit();
            }
        }
        """);
}
