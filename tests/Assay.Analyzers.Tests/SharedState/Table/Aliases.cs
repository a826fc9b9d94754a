namespace Assay.Analyzers.Tests.SharedState.Table;

/// <summary>Locks and state behind other names: locals, parameters, refs, spans and extension members.</summary>
internal static class Aliases
{
    public static readonly Case A_local_names_the_lock = new(Primitive.LockStatement, """
        public sealed class Cellar
        {
            private readonly object _gate = new();
            private readonly Dictionary<string, int> _bottles = new();

            public void Store(string wine)
            {
                var gate = _gate;
                lock (gate)
                    _bottles[wine] = _bottles.GetValueOrDefault(wine) + 1;
            }

            public int Count(string wine)
            {
                lock (_gate)
                    return _bottles.GetValueOrDefault(wine);
            }
        }
        """);

    public static readonly Case A_fresh_lock_keeps_nobody_out = new(Primitive.LockStatement, """
        public sealed class Cellar
        {
            private readonly Dictionary<string, int> _bottles = new();

            public void Store(string wine)
            {
                var gate = {|#0:new object()|};
                lock ({|ASSAY2012:gate|})
                    _bottles[wine] = 1;
            }
        }
        """);

    public static readonly Case A_pattern_variable_names_the_other_object = new(Primitive.LockStatement, """
        public sealed class Box
        {
            private readonly object _gate = new();
            private string? _label;

            public bool HasSameLabel(object other)
            {
                if (other is not Box box || ReferenceEquals(this, box))
                    return false;
                string? label;
                lock (box._gate)
                    label = box._label;
                lock (_gate)
                    return _label == label;
            }

            public void Name(string label)
            {
                lock (_gate)
                    _label = label;
            }
        }
        """);

    public static readonly Case A_lock_array_is_striped = new(Primitive.LockStatement, """
        public sealed class Striped
        {
            private readonly object[] _gates = [new(), new(), new(), new()];
            private readonly Dictionary<string, int>[] _parts = [new(), new(), new(), new()];

            public void Count(string key)
            {
                var index = (key.GetHashCode() & int.MaxValue) % 4;
                lock (_gates[index])
                    _parts[index][key] = _parts[index].GetValueOrDefault(key) + 1;
            }
        }
        """);

    public static readonly Case An_array_slot_is_counted_by_interlocked = new(Primitive.Interlocked, """
        public sealed class Histogram
        {
            private readonly long[] _buckets = new long[16];

            public void Record(int milliseconds) => Interlocked.Increment(ref _buckets[Math.Min(15, milliseconds / 10)]);

            public long[] Read() => Array.ConvertAll(_buckets, static count => count);
        }
        """);

    public static readonly Case A_lock_taken_only_when_asked = new(Primitive.Monitor, """
        public sealed class Log(bool isShared)
        {
            private readonly object _gate = new();
            private readonly List<string> _lines = new();

            public void Write(string line)
            {
                if (isShared)
                    Monitor.Enter(_gate);
                try
                {
                    _lines.Add(line);
                }
                finally
                {
                    if (isShared)
                        Monitor.Exit(_gate);
                }
            }

            public string[] Read()
            {
                lock (_gate)
                    return _lines.ToArray();
            }
        }
        """);

    public static readonly Case An_extension_member_locks_the_sync_root = new(Primitive.LockStatement, """
        public sealed class Shelf
        {
            public readonly object SyncRoot = new();
            public readonly List<string> Books = new();
        }

        public static class ShelfExtensions
        {
            extension(Shelf shelf)
            {
                public int Size
                {
                    get
                    {
                        lock (shelf.SyncRoot)
                            return shelf.Books.Count;
                    }
                }

                public void Put(string book)
                {
                    lock (shelf.SyncRoot)
                        shelf.Books.Add(book);
                }
            }
        }
        """);

    public static readonly Case A_thread_local_list_needs_no_lock = new(Primitive.None, """
        public static class Scratch
        {
            [ThreadStatic]
            private static List<string>? t_words;

            private static readonly AsyncLocal<string?> s_user = new();

            public static int Count(string text)
            {
                var words = t_words ??= new List<string>();
                words.Clear();
                words.AddRange(text.Split(' '));
                return words.Count;
            }

            public static string? User
            {
                get => s_user.Value;
                set => s_user.Value = value;
            }
        }
        """);

    public static readonly Case A_volatile_counter_is_counted_up = new(Primitive.Volatile, """
        public sealed class Errors
        {
            private volatile int _count;

            public int Count => _count;

            public void Add() => {|ASSAY2005:_count++|};

            public void Reset() => {|#0:_count|} = 0;
        }
        """);

    public static readonly Case A_mutex_guards_all_but_one_read = new(Primitive.Mutex, """
        public sealed class Spool : IDisposable
        {
            private readonly Mutex _mutex = new();
            private readonly Queue<string> _jobs = new();

            public void Push(string job)
            {
                _mutex.WaitOne();
                try { {|#0:_jobs|}.Enqueue(job); }
                finally { _mutex.ReleaseMutex(); }
            }

            public string? Pop()
            {
                _mutex.WaitOne();
                try { return _jobs.TryDequeue(out var job) ? job : null; }
                finally { _mutex.ReleaseMutex(); }
            }

            public string[] Peek() => {|ASSAY2001:_jobs|}.ToArray();

            public void Dispose() => _mutex.Dispose();
        }
        """);

    public static readonly Case A_static_table_is_filled_while_the_program_runs = new(Primitive.None, """
        public static class Slugs
        {
            private static readonly Dictionary<string, string> {|ASSAY2007:s_slugs|} = new();

            public static string Of(string title)
            {
                if (s_slugs.TryGetValue(title, out var slug))
                    return slug;
                slug = title.ToLowerInvariant().Replace(' ', '-');
                {|#0:s_slugs|}.Add(title, slug);
                return slug;
            }
        }
        """);

    public static readonly Case A_static_table_is_filled_by_the_static_constructor = new(Primitive.None, """
        public static class Slugs
        {
            private static readonly Dictionary<string, string> s_slugs = new();

            static Slugs()
            {
                s_slugs.Add("Über uns", "ueber-uns");
                s_slugs["Impressum"] = "imprint";
            }

            public static string Of(string title) => s_slugs.TryGetValue(title, out var slug) ? slug : title.ToLowerInvariant();
        }
        """);
}
