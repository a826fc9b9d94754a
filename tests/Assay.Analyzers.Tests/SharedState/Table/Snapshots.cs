namespace Assay.Analyzers.Tests.SharedState.Table;

/// <summary>Immutable snapshots: swapped whole, and lost when two swap at once.</summary>
internal static class Snapshots
{
    public static readonly Case An_immutable_list_is_replaced_from_itself = new(Primitive.Volatile, """
        using System.Collections.Immutable;

        public sealed class Hosts
        {
            private volatile ImmutableList<string> _all = ImmutableList<string>.Empty;

            public IReadOnlyList<string> All => _all;

            public void Add(string host) => {|ASSAY2005:_all = _all.Add(host)|};
        }
        """);

    public static readonly Case An_immutable_list_is_replaced_atomically = new(Primitive.Interlocked, """
        using System.Collections.Immutable;

        public sealed class Hosts
        {
            private ImmutableList<string> _all = ImmutableList<string>.Empty;

            public IReadOnlyList<string> All => Volatile.Read(ref _all);

            public void Add(string host) => ImmutableInterlocked.Update(ref _all, (all, added) => all.Add(added), host);
        }
        """);

    public static readonly Case An_array_is_copied_under_the_lock_and_read_bare = new(Primitive.LockStatement, """
        public sealed class Handlers
        {
            private readonly object _gate = new();
            private volatile Action[] _handlers = [];

            public void Add(Action handler)
            {
                lock (_gate)
                    _handlers = [.. _handlers, handler];
            }

            public void Remove(Action handler)
            {
                lock (_gate)
                    _handlers = Array.FindAll(_handlers, h => h != handler);
            }

            public void Run()
            {
                foreach (var handler in _handlers)
                    handler();
            }
        }
        """);

    public static readonly Case A_refresh_publishes_a_new_dictionary = new(Primitive.Volatile, """
        using System.Collections.Frozen;
        using Microsoft.Extensions.Hosting;

        public sealed class Exchange(HttpClient http) : BackgroundService
        {
            private volatile FrozenDictionary<string, string> _rates = FrozenDictionary<string, string>.Empty;

            public string? Rate(string currency) => _rates.GetValueOrDefault(currency);

            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                while (!stoppingToken.IsCancellationRequested)
                {
                    var fresh = new Dictionary<string, string>();
                    fresh["EUR"] = await http.GetStringAsync("eur", stoppingToken);
                    _rates = fresh.ToFrozenDictionary();
                    await Task.Delay(60_000, stoppingToken);
                }
            }
        }
        """);

    public static readonly Case A_guarded_list_is_handed_out = new(Primitive.LockStatement, """
        public sealed class Members
        {
            private readonly object _gate = new();
            private readonly List<string> _names = new();

            public void Join(string name)
            {
                lock (_gate)
                    {|#0:_names|}.Add(name);
            }

            public bool Leave(string name)
            {
                lock (_gate)
                    return _names.Remove(name);
            }

            public IReadOnlyList<string> Names
            {
                get
                {
                    lock (_gate)
                        return {|ASSAY2015:_names|};
                }
            }
        }
        """);

    public static readonly Case A_copy_of_the_guarded_list_is_handed_out = new(Primitive.LockStatement, """
        public sealed class Members
        {
            private readonly object _gate = new();
            private readonly List<string> _names = new();

            public void Join(string name)
            {
                lock (_gate)
                    _names.Add(name);
            }

            public IReadOnlyList<string> Names
            {
                get
                {
                    lock (_gate)
                        return _names.ToArray();
                }
            }
        }
        """);

    public static readonly Case A_read_only_view_is_no_copy = new(Primitive.ReaderWriterLock, """
        public sealed class Titles
        {
            private readonly ReaderWriterLockSlim _sync = new();
            private readonly List<string> _titles = new();

            public void Add(string title)
            {
                _sync.EnterWriteLock();
                try { {|#0:_titles|}.Add(title); }
                finally { _sync.ExitWriteLock(); }
            }

            public IReadOnlyList<string> All()
            {
                _sync.EnterReadLock();
                try { return {|ASSAY2015:_titles|}.AsReadOnly(); }
                finally { _sync.ExitReadLock(); }
            }
        }
        """);

    public static readonly Case A_dictionary_built_in_a_local_is_published_once = new(Primitive.None, """
        public static class Mime
        {
            private static Dictionary<string, string> s_types = Build(["txt=text/plain"]);

            public static string Of(string extension) => s_types.GetValueOrDefault(extension, "application/octet-stream");

            public static void Reload(IEnumerable<string> lines) => s_types = Build(lines);

            private static Dictionary<string, string> Build(IEnumerable<string> lines)
            {
                var types = new Dictionary<string, string>();
                foreach (var line in lines)
                    types[line[..line.IndexOf('=')]] = line[(line.IndexOf('=') + 1)..];
                return types;
            }
        }
        """);
}
