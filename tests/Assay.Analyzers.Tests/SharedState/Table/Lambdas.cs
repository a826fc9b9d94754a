namespace Assay.Analyzers.Tests.SharedState.Table;

/// <summary>Lambdas that run under the lock of their maker, after it, or beside it.</summary>
internal static class Lambdas
{
    public static readonly Case A_list_lambda_runs_under_the_lock = new(Primitive.LockStatement, """
        public sealed class Scoreboard
        {
            private readonly object _gate = new();
            private readonly Dictionary<string, int> _points = new();

            public void Award(List<string> players, int points)
            {
                lock (_gate)
                    players.ForEach(player => _points[player] = _points.GetValueOrDefault(player) + points);
            }

            public int PointsOf(string player)
            {
                lock (_gate)
                    return _points.GetValueOrDefault(player);
            }
        }
        """);

    public static readonly Case A_timer_lambda_runs_without_the_lock_of_its_maker = new(Primitive.LockStatement, """
        public sealed class SessionStore : IDisposable
        {
            private readonly object _gate = new();
            private readonly Dictionary<string, DateTimeOffset> _expiries = new();
            private readonly Timer _sweeper;

            public SessionStore() => _sweeper = new Timer(_ => {|ASSAY2001:_expiries|}.Clear(), null, 1000, 1000);

            public void Touch(string session, DateTimeOffset expiry)
            {
                lock (_gate)
                    _expiries[session] = expiry;
            }

            public bool Knows(string session)
            {
                lock (_gate)
                    return {|#0:_expiries|}.ContainsKey(session);
            }

            public bool Drop(string session)
            {
                lock (_gate)
                    return _expiries.Remove(session);
            }

            public void Dispose() => _sweeper.Dispose();
        }
        """);

    public static readonly Case A_task_lambda_takes_the_lock_itself = new(Primitive.ThreadingLock, """
        public sealed class Recount
        {
            private readonly Lock _gate = new();
            private int _votes;

            public Task CountAsync(IReadOnlyList<int> ballots) => Task.Run(() =>
            {
                foreach (var ballot in ballots)
                {
                    lock (_gate)
                        _votes += ballot;
                }
            });

            public int Votes { get { lock (_gate) return _votes; } }
        }
        """);

    public static readonly Case A_task_is_started_under_the_lock_and_outlives_it = new(Primitive.ThreadingLock, """
        public sealed class Recount
        {
            private readonly Lock _gate = new();
            private int _votes;

            public void Add(int ballots)
            {
                lock (_gate)
                    _votes += ballots;
            }

            public void Clear()
            {
                lock (_gate)
                    _votes = 0;
            }

            public Task CorrectAsync(int ballots)
            {
                lock (_gate)
                    return Task.Run(() => {|ASSAY2001:_votes|} -= ballots);
            }

            public int Votes { get { lock (_gate) return {|#0:_votes|}; } }
        }
        """);

    public static readonly Case A_parallel_loop_adds_to_a_captured_sum = new(Primitive.None, """
        public static class Invoices
        {
            public static decimal Total(IReadOnlyList<decimal> lines)
            {
                var total = 0m;
                {|#0:Parallel.ForEach(lines, line => {|ASSAY2008:total += line|})|};
                return total;
            }
        }
        """);

    public static readonly Case A_parallel_loop_adds_under_a_local_lock = new(Primitive.LockStatement, """
        public static class Invoices
        {
            public static decimal Total(IReadOnlyList<decimal> lines)
            {
                var gate = new object();
                var total = 0m;
                Parallel.ForEach(lines, line =>
                {
                    lock (gate)
                        total += line;
                });
                return total;
            }
        }
        """);

    public static readonly Case A_parallel_loop_sums_in_its_own_variable = new(Primitive.Interlocked, """
        public static class Weights
        {
            public static long Total(int[] grams)
            {
                long total = 0;
                Parallel.For(0, grams.Length, () => 0L, (i, _, own) => own + grams[i], own => Interlocked.Add(ref total, own));
                return total;
            }
        }
        """);

    public static readonly Case A_factory_of_a_dictionary_counts_its_calls = new(Primitive.None, """
        using System.Collections.Concurrent;

        public sealed class Templates
        {
            private readonly ConcurrentDictionary<string, string> _parsed = new();
            private readonly List<string> _order = new();

            public string Get(string name) => _parsed.GetOrAdd(name, {|Info2019:key =>
            {
                {|#0:_order.Add(key)|};
                return key.ToUpperInvariant();
            }|});
        }
        """);

    public static readonly Case A_lambda_within_a_lambda_keeps_the_lock = new(Primitive.Monitor, """
        public sealed class Roster
        {
            private readonly object _gate = new();
            private readonly List<string> _names = new();

            public int Enrol(IEnumerable<IEnumerable<string>> teams)
            {
                var taken = false;
                try
                {
                    Monitor.Enter(_gate, ref taken);
                    return teams.Sum(team => team.Count(name => { _names.Add(name); return true; }));
                }
                finally
                {
                    if (taken)
                        Monitor.Exit(_gate);
                }
            }

            public string[] All()
            {
                lock (_gate)
                    return _names.ToArray();
            }
        }
        """);

    public static readonly Case A_deferred_query_leaves_the_lock = new(Primitive.LockStatement, """
        public sealed class Catalogue
        {
            private readonly object _gate = new();
            private readonly List<string> _titles = new();

            public void Add(string title)
            {
                lock (_gate)
                    {|#0:_titles|}.Add(title);
            }

            public IEnumerable<string> StartingWith(string prefix)
            {
                lock (_gate)
                    return {|ASSAY2015:_titles|}.Where(title => title.StartsWith(prefix, StringComparison.Ordinal));
            }
        }
        """);
}
