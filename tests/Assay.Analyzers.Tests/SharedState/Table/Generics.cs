namespace Assay.Analyzers.Tests.SharedState.Table;

/// <summary>Generic types, their static fields, and locks shared by all their constructions or by none.</summary>
internal static class Generics
{
    public static readonly Case A_generic_cache_checks_and_then_adds_bare = new(Primitive.LockStatement, """
        public sealed class Cache<TKey, TValue>
            where TKey : notnull
        {
            private readonly object _gate = new();
            private readonly Dictionary<TKey, TValue> _entries = new();

            public bool TryGet(TKey key, out TValue? value)
            {
                lock (_gate)
                    return {|#0:_entries|}.TryGetValue(key, out value);
            }

            public bool Evict(TKey key)
            {
                lock (_gate)
                    return _entries.Remove(key);
            }

            public int Count { get { lock (_gate) return _entries.Count; } }

            public void Put(TKey key, TValue value) => {|ASSAY2001:_entries|}[key] = value;
        }
        """);

    public static readonly Case A_generic_cache_locks_everywhere = new(Primitive.LockStatement, """
        public sealed class Cache<TKey, TValue>
            where TKey : notnull
        {
            private readonly object _gate = new();
            private readonly Dictionary<TKey, TValue> _entries = new();

            public TValue GetOrAdd(TKey key, Func<TKey, TValue> create)
            {
                lock (_gate)
                {
                    if (_entries.TryGetValue(key, out var known))
                        return known;
                }
                var made = create(key);
                lock (_gate)
                    return _entries.TryAdd(key, made) ? made : _entries[key];
            }
        }
        """);

    public static readonly Case Each_construction_has_its_own_static_dictionary_and_no_lock = new(Primitive.None, """
        public static class Serializers<T>
        {
            private static readonly Dictionary<string, Func<T, string>> {|ASSAY2007:s_writers|} = new();

            public static Func<T, string> For(string format)
            {
                if (!s_writers.TryGetValue(format, out var writer))
                    {|#0:s_writers|}[format] = writer = value => $"{format}:{value}";
                return writer;
            }
        }
        """);

    public static readonly Case A_static_generic_field_is_computed_once_by_the_initializer = new(Primitive.None, """
        public static class EnumNames<T>
            where T : struct, Enum
        {
            private static readonly Dictionary<T, string> s_names = Read();

            public static string Of(T value) => s_names.TryGetValue(value, out var name) ? name : value.ToString();

            private static Dictionary<T, string> Read()
            {
                var names = new Dictionary<T, string>();
                foreach (var value in Enum.GetValues<T>())
                    names[value] = value.ToString().ToLowerInvariant();
                return names;
            }
        }
        """);

    public static readonly Case A_generic_pool_spins = new(Primitive.SpinLock, """
        public sealed class Pool<T>
            where T : class, new()
        {
            private readonly Stack<T> _free = new();
            private SpinLock _spin = new(enableThreadOwnerTracking: false);

            public T Rent()
            {
                var taken = false;
                try
                {
                    _spin.Enter(ref taken);
                    return _free.TryPop(out var item) ? item : new T();
                }
                finally
                {
                    if (taken)
                        _spin.Exit();
                }
            }

            public void Return(T item)
            {
                var taken = false;
                try
                {
                    _spin.Enter(ref taken);
                    _free.Push(item);
                }
                finally
                {
                    if (taken)
                        _spin.Exit();
                }
            }
        }
        """);

    public static readonly Case A_generic_pool_returns_without_spinning = new(Primitive.SpinLock, """
        public sealed class Pool<T>
            where T : class, new()
        {
            private readonly Stack<T> _free = new();
            private SpinLock _spin = new(enableThreadOwnerTracking: false);

            public T Rent()
            {
                var taken = false;
                try
                {
                    _spin.Enter(ref taken);
                    return {|#0:_free|}.Count > 0 ? _free.Pop() : new T();
                }
                finally
                {
                    if (taken)
                        _spin.Exit();
                }
            }

            public void Clear()
            {
                var taken = false;
                try
                {
                    _spin.Enter(ref taken);
                    _free.Clear();
                }
                finally
                {
                    if (taken)
                        _spin.Exit();
                }
            }

            public void Return(T item) => {|ASSAY2001:_free|}.Push(item);
        }
        """);

    public static readonly Case A_lock_of_each_construction_guards_a_field_of_all = new(Primitive.LockStatement, """
        public static class Totals
        {
            internal static long s_all;
        }

        public sealed class Counter<T>
        {
            private readonly object _gate = new();
            private long _own;

            public void Add(long count)
            {
                lock (_gate)
                    _own += count;
                Interlocked.Add(ref Totals.s_all, count);
            }

            public long Own { get { lock (_gate) return _own; } }
        }
        """);
}
