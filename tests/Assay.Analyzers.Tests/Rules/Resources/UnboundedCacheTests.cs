using Assay.Analyzers.Rules.Resources;
using Assay.CodeFixes.Rules.Resources;
using Assay.TestKit;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Assay.Analyzers.Tests.Rules.Resources;

public sealed class UnboundedCacheTests : RuleTests<UnboundedCache, UnboundedCacheFix>
{
    [Fact]
    public Task Static_dictionaries_that_only_grow_are_flagged() => Flags(
        """
        using System.Collections.Concurrent;
        class Customers
        {
            private static readonly ConcurrentDictionary<string, string> [|s_names|] = new();
            private static readonly Dictionary<Guid, int> [|s_orders|] = [];
            private static Dictionary<string, int>? [|s_lazy|];
            private static IDictionary<string, DateTime> [|LastSeen|] { get; } = new Dictionary<string, DateTime>();

            public string NameOf(string customerId) => s_names.GetOrAdd(customerId, id => id + "!");

            public int Count(Guid orderKey)
            {
                if (!s_orders.TryGetValue(orderKey, out var count))
                    s_orders.Add(orderKey, count = 1);
                return count;
            }

            public void Store(string email) { s_lazy ??= new(); s_lazy[email] = 1; }

            public void Seen(IEnumerable<Request> requests)
            {
                foreach (var request in requests)
                    LastSeen[request.UserId.Trim()] = default;
            }
        }
        class Request { public string UserId = ""; }
        """);

    [Fact]
    public Task Dictionaries_of_singletons_are_flagged() => Flags(
        """
        using System.Collections.Concurrent;
        using Microsoft.Extensions.DependencyInjection;
        class Sessions
        {
            private readonly ConcurrentDictionary<(string User, int Shop), string> [|_sessions|] = new();
            public void Open(string user, int shop) => _sessions.TryAdd((user, shop), "open");
        }
        class Scoped
        {
            private readonly ConcurrentDictionary<string, string> _sessions = new();
            public void Open(string user) => _sessions.TryAdd(user, "open");
        }
        static class Setup { public static void Add(IServiceCollection services) => services.AddSingleton<Sessions>(); }
        """);

    [Fact]
    public Task Entries_of_a_memory_cache_without_an_end_are_flagged() => Flags(
        """
        using Microsoft.Extensions.Caching.Memory;
        class Prices(IMemoryCache cache)
        {
            public void Put(string userId, decimal price) => cache.[|Set|](userId, price);
            public decimal Get(string userId) => cache.[|GetOrCreate|]("p" + userId, _ => 1m);
        }
        """);

    [Fact]
    public Task The_message_names_the_cache_the_key_and_the_line() => Flags(
        """
        class Customers
        {
            private static readonly Dictionary<string, string> [|s_names|] = new();
            public void Put(string customerId) => {|#0:s_names[customerId] = ""|};
        }
        """,
        messages: ["'s_names' gets another entry for every new 'customerId' (line 4) and never loses one: memory grows as long as the process lives"]);

    [Fact]
    public Task Keys_of_which_nothing_is_known_are_a_suggestion() => Flags(
        """
        class Texts
        {
            private static readonly Dictionary<string, string> [|s_texts|] = new();
            private static readonly Dictionary<Guid, string> [|s_ids|] = new();
            public void Put(string text) => s_texts[text] = "";
            public void Put(Guid id) => s_ids[id] = "";
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task Bounded_key_spaces_are_ignored() => Ignores(
        """
        using System.Collections.Concurrent;
        using System.Globalization;
        using System.Reflection;
        enum Kind { A }
        class Caches
        {
            private static readonly ConcurrentDictionary<Type, string> s_types = new();
            private static readonly ConcurrentDictionary<Kind, string> s_kinds = new();
            private static readonly ConcurrentDictionary<(Type, bool), string> s_pairs = new();
            private static readonly ConcurrentDictionary<MethodInfo, string> s_methods = new();
            private static readonly ConcurrentDictionary<CultureInfo, string> s_cultures = new();
            private static readonly ConcurrentDictionary<string, string> s_columns = new();
            private static readonly ConcurrentDictionary<string, string> s_own = new();
            private static readonly ConcurrentDictionary<string, string> s_constants = new();

            public string M(Type type, Kind kind, MethodInfo method, CultureInfo culture, string columnName) =>
                s_types.GetOrAdd(type, t => t.Name) + s_kinds.GetOrAdd(kind, k => k.ToString()) + s_pairs.GetOrAdd((type, true), _ => "")
                + s_methods.GetOrAdd(method, m => m.Name) + s_cultures.GetOrAdd(culture, c => c.Name) + s_columns.GetOrAdd(columnName, c => c)
                + s_own.GetOrAdd(Environment.MachineName, c => c) + Text("a") + Text("b");
            private static string Text(string id) => s_constants.GetOrAdd(id, i => i);
        }
        """);

    [Fact]
    public Task Entries_that_go_again_are_ignored() => Ignores(
        """
        using System.Collections.Concurrent;
        class Orders
        {
            private static readonly ConcurrentDictionary<Guid, string> s_removed = new();
            private static readonly Dictionary<string, string> s_cleared = new();
            private static Dictionary<string, string> s_replaced = new();
            private static readonly Dictionary<string, string> s_watched = new();
            private static readonly Dictionary<string, string> s_shared = new();
            internal static readonly Dictionary<string, string> Open = new();
            [ThreadStatic] private static Dictionary<string, string>? s_thread;
            private readonly Dictionary<string, string> _own = new();

            public void Add(Guid id, string user)
            {
                s_removed[id] = user; s_cleared[user] = user; s_replaced[user] = user; s_shared[user] = user; Open[user] = user; _own[user] = user;
                (s_thread ??= new())[user] = user;
                if (s_watched.Count < 100)
                    s_watched[user] = user;
            }
            public void Remove(Guid id) { s_removed.TryRemove(id, out _); s_cleared.Clear(); s_replaced = new(); Trim(s_shared); }
            private static void Trim(Dictionary<string, string> map) => map.Clear();
        }
        """);

    [Fact]
    public Task Registries_that_a_program_fills_at_its_start_are_ignored() => Ignores(
        """
        class Handlers
        {
            private static readonly Dictionary<string, Action> s_handlers = new();
            private static readonly Dictionary<string, Action> s_sources = new();
            public static void RegisterHandler(string id, Action handler) => s_handlers[id] = handler;
            public static void AddSource(string id, Action handler) => s_sources.Add(id, handler);
            static Handlers() => s_handlers["user"] = () => { };
        }
        """);

    [Fact]
    public Task Memory_caches_with_limits_are_ignored() => Ignores(
        """
        using Microsoft.Extensions.Caching.Memory;
        class Prices(IMemoryCache cache)
        {
            public void Put(string userId, decimal price) => cache.Set(userId, price, TimeSpan.FromMinutes(5));
            public void Fixed(decimal price) => cache.Set("all", price);
            public decimal Get(string userId) => cache.GetOrCreate(userId, entry => { entry.SlidingExpiration = TimeSpan.FromMinutes(1); return 1m; });
        }
        """);

    [Fact]
    public Task An_unfinished_use_is_ignored() => Ignores(
        """
        class C { static readonly Dictionary<string, int> s_n = new(); public void M(string userId) { s_n[ } }
        """,
        allowErrors: true);

    [Fact]
    public Task A_memory_cache_with_a_size_limit_is_ignored() => Ignores(
        """
        using Microsoft.Extensions.Caching.Memory;
        using Microsoft.Extensions.DependencyInjection;
        class Prices(IMemoryCache cache) { public void Put(string userId, decimal price) => cache.Set(userId, price); }
        static class Setup { public static void Add(IServiceCollection services) => services.AddMemoryCache(o => o.SizeLimit = 1000); }
        """);

    [Fact]
    public Task Test_projects_are_ignored() => Ignores(
        """
        class C { static readonly Dictionary<string, int> s_m = new(); public void M(string userId) => s_m[userId] = 1; }
        namespace Xunit { class FactAttribute : Attribute; }
        """);

    [Fact]
    public Task What_a_program_has_few_of_is_ignored() => Ignores(
        """
        using System.Collections.Concurrent;
        using System.Diagnostics;
        using System.Reflection;
        public sealed class Region
        {
            private static readonly ConcurrentDictionary<string, Region> s_known = new();
            private static readonly ConcurrentDictionary<string, Assembly> s_loaded = new();
            private static readonly ConcurrentDictionary<string, ActivitySource> s_sources = new();
            public static Region Of(string text) => s_known.GetOrAdd(text, _ => new Region());
            public static Assembly Assembly(string path) => s_loaded.GetOrAdd(path, p => System.Reflection.Assembly.LoadFrom(p));
            public static ActivitySource Source(string text) => s_sources.GetOrAdd(text, t => new ActivitySource(t));
        }
        """);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_no_matter() => Flags(
        """
        class C { static readonly Dictionary<string, > [|s_m|] = new(); static Dictionary<string, int> s_n = ; public void M(string userId) { s_m[userId] = ; s_n[ } }
        """,
        allowErrors: true);

    [Fact]
    public Task Old_syntax_is_flagged() => Flags(
        """
        using System.Collections.Generic;
        class C { private static readonly Dictionary<string, int> [|s_m|] = new Dictionary<string, int>(); public void M(string userId) { s_m[userId] = 1; } }
        """,
        languageVersion: LanguageVersion.CSharp7_3);

    private const string Cache =
        """
        namespace Assay.Reference.Caching
        {
            public sealed class LruTtlCache<TKey, TValue> where TKey : notnull
            {
                public LruTtlCache(int capacity) { }
                public bool TryGet(TKey key, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out TValue value) { value = default; return false; }
                public bool Set(TKey key, TValue value) => true;
                public TValue GetOrAdd(TKey key, Func<TKey, TValue> factory) => factory(key);
            }
        }
        """;

    [Fact]
    public Task A_dictionary_becomes_a_cache_with_a_limit() => Fixes(
        """
        using System.Collections.Concurrent;

        class Customers
        {
            // By number.
            private static readonly ConcurrentDictionary<string, string> [|s_names|] = new();
            private static readonly Dictionary<string, int> [|s_visits|] = new Dictionary<string, int>();

            public string NameOf(string customerId) => s_names.GetOrAdd(customerId, id => id + "!");

            public void Visit(string customerId)
            {
                if (!s_visits.TryGetValue(customerId, out var count))
                    count = 0;
                s_visits[customerId] = count + 1; // once more
            }
        }
        // ==== Cache.cs
        """ + "\n" + Cache,
        """
        using System.Collections.Concurrent;
        using Assay.Reference.Caching;

        class Customers
        {
            // By number.
            private static readonly LruTtlCache<string, string> s_names = new(capacity: 1024);
            private static readonly LruTtlCache<string, int> s_visits = new LruTtlCache<string, int>(capacity: 1024);

            public string NameOf(string customerId) => s_names.GetOrAdd(customerId, id => id + "!");

            public void Visit(string customerId)
            {
                if (!s_visits.TryGet(customerId, out var count))
                    count = 0;
                s_visits.Set(customerId, count + 1); // once more
            }
        }
        // ==== Cache.cs
        """ + "\n" + Cache,
        title: "Make it an LruTtlCache of 1024 entries");

    [Fact]
    public Task Without_the_library_or_a_counterpart_there_is_no_fix() => Fixes(
        """
        class Customers
        {
            private static readonly Dictionary<string, string> [|s_names|] = new(StringComparer.Ordinal);
            public void Put(string customerId) => s_names[customerId] = "";
        }
        """,
        """
        class Customers
        {
            private static readonly Dictionary<string, string> [|s_names|] = new(StringComparer.Ordinal);
            public void Put(string customerId) => s_names[customerId] = "";
        }
        """);
}
