namespace Assay.Analyzers.Tests.SharedState.Table;

/// <summary>Iterators and async iterators, whose bodies run when the caller walks them.</summary>
internal static class Iterators
{
    public static readonly Case An_iterator_yields_between_enter_and_exit = new(Primitive.Monitor, """
        public sealed class Playlist
        {
            private readonly object _gate = new();
            private readonly List<string> _tracks = new();

            public void Add(string track)
            {
                lock (_gate)
                    _tracks.Add(track);
            }

            public IEnumerable<string> Walk()
            {
                {|#0:Monitor.Enter(_gate)|};
                try
                {
                    foreach (var track in _tracks)
                        {|Info2014:yield return track;|}
                }
                finally
                {
                    Monitor.Exit(_gate);
                }
            }
        }
        """);

    public static readonly Case An_iterator_yields_from_a_copy = new(Primitive.LockStatement, """
        public sealed class Playlist
        {
            private readonly object _gate = new();
            private readonly List<string> _tracks = new();

            public void Add(string track)
            {
                lock (_gate)
                    _tracks.Add(track);
            }

            public IEnumerable<string> Walk()
            {
                string[] tracks;
                lock (_gate)
                    tracks = _tracks.ToArray();
                foreach (var track in tracks)
                    yield return track;
            }
        }
        """);

    public static readonly Case An_iterator_walks_the_guarded_list_bare = new(Primitive.ThreadingLock, """
        public sealed class Guests
        {
            private readonly Lock _gate = new();
            private readonly List<string> _names = new();

            public void Arrive(string name)
            {
                lock (_gate)
                    {|#0:_names|}.Add(name);
            }

            public bool Leave(string name)
            {
                lock (_gate)
                    return _names.Remove(name);
            }

            public int Count { get { lock (_gate) return _names.Count; } }

            public IEnumerable<string> Sorted()
            {
                foreach (var name in {|ASSAY2001:_names|}.Order())
                    yield return name;
            }
        }
        """);

    public static readonly Case A_public_method_copies_for_its_iterator = new(Primitive.ThreadingLock, """
        public sealed class Guests
        {
            private readonly Lock _gate = new();
            private readonly List<string> _names = new();

            public void Arrive(string name)
            {
                lock (_gate)
                    _names.Add(name);
            }

            public IEnumerable<string> Sorted()
            {
                lock (_gate)
                    return Shout([.. _names]);
            }

            private static IEnumerable<string> Shout(string[] names)
            {
                foreach (var name in names)
                    yield return name.ToUpperInvariant();
            }
        }
        """);

    public static readonly Case An_async_iterator_holds_an_async_lock_over_its_yields = new(Primitive.AsyncSemaphore, """
        using System.Runtime.CompilerServices;

        public sealed class AuditTrail
        {
            private readonly SemaphoreSlim _gate = new(1, 1);
            private readonly List<string> _entries = new();

            public async Task AppendAsync(string entry)
            {
                await _gate.WaitAsync();
                try { _entries.Add(entry); }
                finally { _gate.Release(); }
            }

            public async IAsyncEnumerable<string> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
            {
                await _gate.WaitAsync(cancellationToken);
                try
                {
                    foreach (var entry in _entries)
                        yield return entry;
                }
                finally
                {
                    _gate.Release();
                }
            }
        }
        """);

    public static readonly Case An_await_foreach_runs_under_a_monitor = new(Primitive.Monitor, """
        public sealed class Importer
        {
            private readonly object _gate = new();
            private int _rows;

            public async Task ImportAsync(IAsyncEnumerable<string> lines)
            {
                {|#0:Monitor.Enter(_gate)|};
                try
                {
                    {|ASSAY2014:await foreach (var line in lines)
                        _rows += line.Length;|}
                }
                finally
                {
                    Monitor.Exit(_gate);
                }
            }
        }
        """);

    public static readonly Case An_await_foreach_locks_each_round = new(Primitive.LockStatement, """
        public sealed class Importer
        {
            private readonly object _gate = new();
            private int _rows;

            public async Task ImportAsync(IAsyncEnumerable<string> lines)
            {
                await foreach (var line in lines)
                {
                    lock (_gate)
                        _rows += line.Length;
                }
            }

            public int Rows { get { lock (_gate) return _rows; } }
        }
        """);
}
