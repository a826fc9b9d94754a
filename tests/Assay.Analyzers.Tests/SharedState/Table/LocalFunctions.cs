namespace Assay.Analyzers.Tests.SharedState.Table;

/// <summary>Local functions called under the lock, called beside it, and handed on.</summary>
internal static class LocalFunctions
{
    public static readonly Case A_local_function_is_called_under_the_lock_only = new(Primitive.LockStatement, """
        public sealed class Inventory
        {
            private readonly object _gate = new();
            private readonly Dictionary<string, int> _stock = new();

            public void Move(string from, string to, int count)
            {
                lock (_gate)
                {
                    Change(from, -count);
                    Change(to, count);
                }

                void Change(string bin, int by) => _stock[bin] = _stock.GetValueOrDefault(bin) + by;
            }

            public int In(string bin)
            {
                lock (_gate)
                    return _stock.GetValueOrDefault(bin);
            }
        }
        """);

    public static readonly Case A_local_function_is_called_before_the_lock = new(Primitive.LockStatement, """
        public sealed class Inventory
        {
            private readonly object _gate = new();
            private readonly Dictionary<string, int> _stock = new();

            public void Receive(string bin, int count)
            {
                Change(bin, count);

                void Change(string name, int by) => {|ASSAY2001:_stock|}[name] = by;
            }

            public bool Empty(string bin)
            {
                lock (_gate)
                    return _stock.Remove(bin);
            }

            public int In(string bin)
            {
                lock (_gate)
                    return {|#0:_stock|}.GetValueOrDefault(bin);
            }

            public int Bins { get { lock (_gate) return _stock.Count; } }
        }
        """);

    public static readonly Case A_static_local_function_gets_its_state_as_an_argument = new(Primitive.ThreadingLock, """
        public sealed class Ledger
        {
            private readonly Lock _gate = new();
            private readonly List<decimal> _postings = new();

            public decimal Post(decimal amount)
            {
                lock (_gate)
                {
                    _postings.Add(amount);
                    return Sum(_postings);
                }

                static decimal Sum(List<decimal> postings)
                {
                    var sum = 0m;
                    foreach (var posting in postings)
                        sum += posting;
                    return sum;
                }
            }
        }
        """);

    public static readonly Case A_recursive_local_function_stays_under_the_lock = new(Primitive.ReaderWriterLock, """
        public sealed class FolderTree
        {
            private readonly ReaderWriterLockSlim _sync = new();
            private readonly Dictionary<string, List<string>> _children = new();

            public void Add(string parent, string child)
            {
                _sync.EnterWriteLock();
                try
                {
                    if (!_children.TryGetValue(parent, out var list))
                        _children[parent] = list = new List<string>();
                    list.Add(child);
                }
                finally
                {
                    _sync.ExitWriteLock();
                }
            }

            public int Depth(string root)
            {
                _sync.EnterReadLock();
                try
                {
                    return Below(root);
                }
                finally
                {
                    _sync.ExitReadLock();
                }

                int Below(string folder) => _children.TryGetValue(folder, out var list) ? 1 + list.Max(Below) : 1;
            }
        }
        """);

    public static readonly Case A_local_function_runs_on_a_thread_of_its_own = new(Primitive.Monitor, """
        public sealed class Spooler
        {
            private readonly object _gate = new();
            private readonly Queue<string> _jobs = new();

            public void Submit(string job)
            {
                Monitor.Enter(_gate);
                try
                {
                    _jobs.Enqueue(job);
                }
                finally
                {
                    Monitor.Exit(_gate);
                }
            }

            public int Waiting { get { lock (_gate) return {|#0:_jobs|}.Count; } }

            public void Cancel()
            {
                lock (_gate)
                    _jobs.Clear();
            }

            public void Begin()
            {
                new Thread(Drain) { IsBackground = true }.Start();

                void Drain()
                {
                    while ({|ASSAY2001:_jobs|}.TryDequeue(out var job))
                        Console.WriteLine(job);
                }
            }
        }
        """);

    public static readonly Case Tasks_of_a_loop_run_a_local_function_that_fills_a_list = new(Primitive.None, """
        public static class Crawl
        {
            public static async Task<List<int>> LengthsAsync(IEnumerable<string> pages)
            {
                var lengths = new List<int>();
                var tasks = new List<Task>();
                foreach (var page in pages)
                    tasks.Add({|#0:Task.Run(() => {|ASSAY2008:lengths.Add(page.Length)|})|});
                await Task.WhenAll(tasks);
                return lengths;
            }
        }
        """);

    public static readonly Case Tasks_of_a_loop_return_their_results = new(Primitive.None, """
        public static class Crawl
        {
            public static async Task<List<int>> LengthsAsync(IEnumerable<string> pages)
            {
                var tasks = new List<Task<int>>();
                foreach (var page in pages)
                    tasks.Add(Task.Run(() => Measure(page)));
                var lengths = new List<int>();
                lengths.AddRange(await Task.WhenAll(tasks));
                return lengths;

                static int Measure(string page) => page.Length;
            }
        }
        """);
}
