using Assay.Analyzers.Rules.SharedState;
using Assay.CodeFixes.Rules.SharedState;
using Assay.TestKit;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Tests.Rules.SharedState;

public sealed class SharedStaticCollectionTests : RuleTests<SharedStaticCollection, SharedStaticCollectionFix>
{
    [Fact]
    public Task A_static_cache_is_flagged() => Flags(
        """
        class Names
        {
            static readonly Dictionary<int, string> [|s_names|] = new();
            public static string Of(int id)
            {
                if (!s_names.TryGetValue(id, out var name))
                    {|#0:s_names|}[id] = name = id.ToString();
                return name;
            }
        }
        """,
        messages: ["'s_names' is one Dictionary for all threads, and 'Of' changes it at line 7 without a lock: two calls at once can throw, lose an entry or never end"]);

    [Theory]
    [InlineData("List<int>", "if (!s_items.Contains(n)) s_items.Add(n);")]
    [InlineData("HashSet<int>", "if (s_items.Count > 9 && s_items.Contains(n)) s_items.Remove(n);")]
    [InlineData("Queue<int>", "if (s_items.Contains(n)) s_items.Enqueue(n);")]
    [InlineData("SortedList<int, int>", "if (!s_items.ContainsKey(n)) s_items[n] = n;")]
    [InlineData("LinkedList<int>", "foreach (var item in s_items) Console.WriteLine(item); s_items.AddLast(n);")]
    public Task Every_collection_is_flagged(string type, string statement) => Flags(
        $$"""
        static class Store
        {
            static readonly {{type}} [|s_items|] = new();
            public static void See(int n) { {{statement}} }
        }
        """);

    [Fact]
    public Task A_static_property_is_flagged() => Flags(
        """
        class Session
        {
            public static Dictionary<string, int> [|Logins|] { get; } = new();
            public void Login(string user) => Logins[user] = Logins.GetValueOrDefault(user) + 1;
        }
        """);

    [Fact]
    public Task A_collection_filled_by_constructors_is_flagged() => Flags(
        """
        class Plugin
        {
            static readonly List<Plugin> [|s_all|] = [];
            public Plugin() => s_all.Add(this);
        }
        """);

    [Fact]
    public Task A_collection_in_two_files_is_flagged() => Flags(
        """
        // ==== Names.cs
        static partial class Names
        {
            static readonly Dictionary<int, string> [|s_names|] = new();
        }
        // ==== Names.Lookup.cs
        static partial class Names
        {
            public static string Of(int id) => s_names.TryGetValue(id, out var name) ? name : s_names[id] = id.ToString();
        }
        """);

    [Fact]
    public Task A_nested_and_generic_cache_is_flagged() => Flags(
        """
        class Outer
        {
            static class Cache<T>
            {
                public static readonly Dictionary<string, T> [|s_values|] = new();
                public static T? Of(string key, Func<T> make)
                {
                    if (!s_values.TryGetValue(key, out var value))
                        s_values.Add(key, value = make());
                    return value;
                }
            }
            public static int? Number(string key) => Cache<int>.Of(key, () => 1);
        }
        """);

    [Fact]
    public Task A_store_of_a_server_is_flagged() => Flags(
        """
        using Microsoft.AspNetCore.Http;

        static class Orders
        {
            static readonly List<string> [|s_orders|] = [];
            public static void Add(string order) => s_orders.Add(order);
            public static int Count(HttpContext context) => s_orders.Count;
        }
        """);

    [Fact]
    public Task A_write_only_list_of_a_library_is_a_suggestion_and_flagged() => Flags(
        """
        static class Orders
        {
            static readonly List<string> [|s_orders|] = [];
            public static void Add(string order) => s_orders.Add(order);
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_registry_is_a_suggestion_and_flagged() => Flags(
        """
        static class Converters
        {
            static readonly Dictionary<Type, Func<object, string>> [|s_converters|] = new();
            public static void Add(Type type, Func<object, string> convert)
            {
                if (!s_converters.ContainsKey(type))
                    s_converters.Add(type, convert);
            }
            public static string Convert(object value) => s_converters[value.GetType()](value);
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_table_loaded_at_the_start_is_a_suggestion_and_flagged() => Flags(
        """
        static class Countries
        {
            static readonly Dictionary<string, string> [|s_names|] = new();
            public static void Load(string[] lines)
            {
                foreach (var line in lines)
                    s_names[line] = line;
            }
            public static string Name(string code) => s_names[code];
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_collection_filled_by_the_static_constructor_is_ignored() => Ignores(
        """
        static class Countries
        {
            static readonly Dictionary<string, string> s_names = new();
            static Countries()
            {
                s_names["de"] = "Germany";
                Fill();
            }
            static void Fill() => s_names.Add("fr", "France");
            public static string Name(string code) => s_names[code];
        }
        """);

    [Fact]
    public Task A_collection_filled_by_initialisers_is_ignored() => Ignores(
        """
        class Location
        {
            static readonly Dictionary<string, Location> s_all = new();
            public static Location East { get; } = Make("east");
            public static Location West { get; } = Make("west");
            static Location Make(string name) => s_all[name] = new Location();
            public static Location? Find(string name) => s_all.GetValueOrDefault(name);
        }
        """);

    [Fact]
    public Task A_module_initialiser_is_ignored() => Ignores(
        """
        static class Countries
        {
            static readonly List<string> s_names = [];
            [System.Runtime.CompilerServices.ModuleInitializer]
            internal static void Fill() => s_names.Add("de");
            public static bool Has(string code) => s_names.Contains(code);
        }
        """);

    [Fact]
    public Task A_locked_collection_is_ignored() => Ignores(
        """
        static class Names
        {
            static readonly Dictionary<int, string> s_names = new();
            public static string Of(int id)
            {
                lock (s_names)
                {
                    if (!s_names.TryGetValue(id, out var name))
                        s_names[id] = name = id.ToString();
                    return name;
                }
            }
        }
        """);

    [Fact]
    public Task A_collection_of_each_thread_is_ignored() => Ignores(
        """
        static class Names
        {
            [ThreadStatic] static List<int>? s_seen;
            static readonly ThreadLocal<List<int>> s_mine = new(() => []);
            static readonly AsyncLocal<List<int>> s_flow = new();
            public static void See(int id)
            {
                (s_seen ??= []).Add(id);
                s_mine.Value!.Add(id);
                s_flow.Value!.Add(id);
            }
        }
        """);

    [Fact]
    public Task Collections_made_for_threads_are_ignored() => Ignores(
        """
        using System.Collections.Concurrent;
        using System.Collections.Frozen;
        using System.Collections.Immutable;

        static class Names
        {
            static readonly ConcurrentDictionary<int, string> s_names = new();
            static readonly FrozenSet<int> s_known = new[] { 1 }.ToFrozenSet();
            static ImmutableList<int> s_seen = [];
            public static string Of(int id)
            {
                ImmutableInterlocked.Update(ref s_seen, seen => seen.Add(id));
                return s_known.Contains(id) ? s_names.GetOrAdd(id, key => key.ToString()) : "";
            }
        }
        """);

    [Fact]
    public Task An_instance_collection_is_ignored() => Ignores(
        """
        class Cart
        {
            readonly List<int> _items = [];
            public void Add(int item) { if (!_items.Contains(item)) _items.Add(item); }
        }
        """);

    [Fact]
    public Task A_snapshot_that_is_swapped_is_ignored() => Ignores(
        """
        static class Rates
        {
            static Dictionary<string, decimal> s_rates = new();
            public static decimal Of(string currency) => s_rates[currency];
            public static void Replace(Dictionary<string, decimal> fresh) => s_rates = fresh;
        }
        """);

    [Fact]
    public Task Half_typed_code_is_ignored() => Ignores(
        """
        static class C
        {
            static readonly Dictionary<string, > s_x = new();
            static readonly List<Missing> s_y;
            static void M() { s_x[; s_y. }
        }
        """,
        allowErrors: true);

    [Fact]
    public Task A_dictionary_becomes_concurrent() => Fixes(
        """
        static class Names
        {
            private static readonly Dictionary<int, string> [|s_names|] = new(); // by id

            public static string Of(int id)
            {
                if (s_names.TryGetValue(id, out var known))
                    return known;
                var name = id.ToString();
                s_names.Add(id, name);
                return name;
            }

            public static void Forget(int id)
            {
                s_names.Remove(id);
                if (s_names.Count > 100)
                    s_names.Clear();
                foreach (var pair in s_names)
                    Console.WriteLine(pair.Key);
            }
        }

        """,
        """
        using System.Collections.Concurrent;

        static class Names
        {
            private static readonly ConcurrentDictionary<int, string> s_names = new(); // by id

            public static string Of(int id)
            {
                if (s_names.TryGetValue(id, out var known))
                    return known;
                var name = id.ToString();
                s_names.TryAdd(id, name);
                return name;
            }

            public static void Forget(int id)
            {
                s_names.TryRemove(id, out _);
                if (s_names.Count > 100)
                    s_names.Clear();
                foreach (var pair in s_names)
                    Console.WriteLine(pair.Key);
            }
        }

        """,
        "Make it a ConcurrentDictionary");

    [Fact]
    public Task A_queue_becomes_concurrent() => Fixes(
        """
        static class Jobs
        {
            private static readonly Queue<int> [|s_jobs|] = new Queue<int>();

            public static bool Swap(int job, out int next)
            {
                if (!s_jobs.Contains(job))
                    s_jobs.Enqueue(job);
                return s_jobs.TryDequeue(out next);
            }
        }

        """,
        """
        using System.Collections.Concurrent;

        static class Jobs
        {
            private static readonly ConcurrentQueue<int> s_jobs = new ConcurrentQueue<int>();

            public static bool Swap(int job, out int next)
            {
                if (!s_jobs.Contains(job))
                    s_jobs.Enqueue(job);
                return s_jobs.TryDequeue(out next);
            }
        }

        """);

    [Theory]
    [InlineData("private static readonly List<int>", "if (!s_items.Contains(n)) s_items.Add(n);")]
    [InlineData("private static readonly HashSet<int>", "if (!s_items.Contains(n)) s_items.Add(n);")]
    [InlineData("internal static readonly Dictionary<int, int>", "if (!s_items.ContainsKey(n)) s_items[n] = n;")]
    [InlineData("private static readonly Dictionary<int, int>", "if (!s_items.ContainsKey(n)) s_items.Add(n, s_items.EnsureCapacity(9));")]
    [InlineData("private static readonly Queue<int>", "if (s_items.Contains(n)) s_items.Enqueue(s_items.Dequeue());")]
    [InlineData("private static readonly Dictionary<int, int>", "if (!s_items.ContainsKey(n)) s_items[n] = n; Use(s_items);")]
    public Task Uses_without_a_counterpart_are_left_and_become_nothing(string declaration, string statement)
    {
        var code = $$"""
            static class Store
            {
                {{declaration}} [|s_items|] = new();
                public static void See(int n) { {{statement}} }
                private static void Use(object items) => Console.WriteLine(items);
            }

            """;
        return Fixes(code, code);
    }

    [Fact]
    public Task A_collection_whose_comment_names_the_lock_is_ignored() => Ignores(
        """
        static class SymbolStore
        {
            // The binder uses a global lock that keeps this dictionary safe.
            private static readonly Dictionary<string, int> s_symbols = new();
            public static int Get(string name)
            {
                if (!s_symbols.TryGetValue(name, out var value)) s_symbols[name] = value = name.Length;
                return value;
            }
        }
        """);
}
