using Assay.Analyzers.Rules.SharedState;
using Assay.CodeFixes.Rules.SharedState;
using Assay.TestKit;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Tests.Rules.SharedState;

public sealed class StaleAfterAwaitTests : RuleTests<StaleAfterAwait, StaleAfterAwaitFix>
{
    [Fact]
    public Task Code_that_is_being_typed_is_looked_at() => Flags(
        """
        static class Tokens
        {
            static string? s_token;
            public static async Task<string> GetAsync()
            {
                if (s_token is null) [|s_token = await File.ReadAllTextAsync("token")|];
                return s_token.
            }
        }
        """,
        allowErrors: true);

    [Fact]
    public Task A_null_check_before_an_awaited_creation_is_flagged() => Flags(
        """
        static class Tokens
        {
            static string? s_token;
            public static async Task<string> GetAsync()
            {
                if ({|#0:s_token|} is null)
                    [|s_token = await File.ReadAllTextAsync("token")|];
                return s_token;
            }
        }
        """,
        messages: ["'s_token' was read at line 6, before the await at line 7; a call that ran in between did the same a second time: every thread shares a static"]);

    [Fact]
    public Task A_coalescing_assignment_of_an_await_is_flagged() => Flags(
        """
        static class Tokens
        {
            static string? s_token;
            public static async Task<string> GetAsync() => [|s_token ??= await File.ReadAllTextAsync("token")|];
        }
        """);

    [Fact]
    public Task An_early_return_before_an_await_is_flagged() => Flags(
        """
        static class Tokens
        {
            static string? s_token;
            static DateTime s_until;
            public static async Task<string> GetAsync()
            {
                if ({|#0:s_token|} != null) return s_token;
                var token = await File.ReadAllTextAsync("token");
                [|s_token = token|];
                return token;
            }
        }
        """);

    [Fact]
    public Task An_addition_of_an_awaited_number_is_flagged() => Flags(
        """
        class Totals
        {
            volatile int _total;
            public async Task AddAsync() => [|_total += await CountAsync()|];
            static async Task<int> CountAsync() { await Task.Yield(); return 1; }
        }
        """,
        messages: ["'_total' was read at line 4, before the await at line 4; a call that ran in between is undone by this write: '_total' is volatile"]);

    [Fact]
    public Task A_number_kept_in_a_local_over_an_await_is_flagged() => Flags(
        """
        class Seats
        {
            readonly Lock _gate = new();
            int _free = 5;
            public void Release() { lock (_gate) {|#1:_free|}++; }
            public async Task<bool> TakeAsync()
            {
                var free = {|#0:_free|};
                if (free == 0) return false;
                await Task.Delay(10);
                [|_free = free - 1|];
                return true;
            }
        }
        """);

    [Fact]
    public Task A_flag_set_after_an_await_is_flagged() => Flags(
        """
        class Link
        {
            volatile bool _open;
            public async Task OpenAsync()
            {
                if ({|#0:_open|}) return;
                await Task.Delay(10);
                [|_open = true|];
            }
        }
        """);

    [Fact]
    public Task A_map_that_is_filled_after_an_await_is_flagged() => Flags(
        """
        static class Names
        {
            static readonly Dictionary<int, string> s_names = new();
            public static async Task<string> GetAsync(int id)
            {
                if (!{|#0:s_names|}.ContainsKey(id))
                {
                    var name = await File.ReadAllTextAsync(id.ToString());
                    [|s_names.Add(id, name)|];
                }
                return s_names[id];
            }
        }
        """);

    [Fact]
    public Task A_semaphore_over_both_is_ignored() => Ignores(
        """
        class Tokens
        {
            readonly SemaphoreSlim _gate = new(1, 1);
            string? _token;
            public async Task<string> GetAsync(CancellationToken ct)
            {
                await _gate.WaitAsync(ct);
                try
                {
                    if (_token is null) _token = await File.ReadAllTextAsync("token", ct);
                    return _token;
                }
                finally
                {
                    _gate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task A_double_check_around_a_semaphore_is_ignored() => Ignores(
        """
        class Tokens
        {
            readonly SemaphoreSlim _gate = new(1, 1);
            string? _token;
            public async Task<string> GetAsync(CancellationToken ct)
            {
                if (_token is not null) return _token;
                await _gate.WaitAsync(ct);
                try
                {
                    return _token ??= await File.ReadAllTextAsync("token", ct);
                }
                finally
                {
                    _gate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task A_check_repeated_after_the_await_is_ignored() => Ignores(
        """
        static class Tokens
        {
            static string? s_token;
            public static async Task<string> GetAsync()
            {
                if (s_token is null)
                {
                    var token = await File.ReadAllTextAsync("token");
                    if (s_token is null) s_token = token;
                }
                return s_token;
            }
        }
        """);

    [Fact]
    public Task A_value_read_after_the_await_is_ignored() => Ignores(
        """
        class Totals
        {
            volatile int _total;
            public async Task AddAsync()
            {
                var n = await CountAsync();
                _total = _total + n;
            }
            static async Task<int> CountAsync() { await Task.Yield(); return 1; }
        }
        """);

    [Fact]
    public Task A_task_kept_in_the_field_is_ignored() => Ignores(
        """
        static class Tokens
        {
            static Task<string>? s_token;
            public static async Task<string> GetAsync() => await (s_token ??= File.ReadAllTextAsync("token"));
        }
        """);

    [Fact]
    public Task An_object_that_nobody_shares_is_ignored() => Ignores(
        """
        class Reader
        {
            string? _text;
            int _total;
            public async Task<string> GetAsync()
            {
                if (_text is null) _text = await File.ReadAllTextAsync("text");
                _total += await Task.FromResult(1);
                return _text;
            }
        }
        """);

    [Fact]
    public Task A_local_is_ignored() => Ignores(
        """
        static class C
        {
            public static async Task<string> GetAsync()
            {
                string? text = null;
                if (text is null) text = await File.ReadAllTextAsync("text");
                return text;
            }
        }
        """);

    [Fact]
    public Task An_await_on_a_branch_that_leaves_is_ignored() => Ignores(
        """
        class Link
        {
            volatile bool _open;
            public async Task OpenAsync(bool fast)
            {
                if (_open) return;
                if (!fast)
                {
                    await Task.Delay(10);
                    return;
                }
                _open = true;
            }
        }
        """);

    [Fact]
    public Task The_loop_of_a_hosted_service_is_ignored() => Ignores(
        """
        using Microsoft.Extensions.Hosting;
        class Worker : BackgroundService
        {
            string? _last;
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                while (!stoppingToken.IsCancellationRequested)
                {
                    if (_last is null) _last = await File.ReadAllTextAsync("last", stoppingToken);
                    await Task.Delay(1000, stoppingToken);
                }
            }
        }
        """);

    [Fact]
    public Task An_await_in_the_other_branch_is_ignored() => Ignores(
        """
        class Engine
        {
            volatile bool _started;
            public async Task StartAsync()
            {
                if (_started)
                {
                    await Task.Delay(10);
                }
                else
                {
                    _started = true;
                }
            }
        }
        """);

    [Fact]
    public Task An_end_that_is_flagged_after_an_await_is_a_suggestion() => Flags(
        """
        class Engine
        {
            volatile bool _closed;
            public async Task ShutdownAsync()
            {
                if (_closed) return;
                await Task.Delay(10);
                [|_closed = true|];
            }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_mutex_that_is_waited_for_is_ignored() => Ignores(
        """
        class AsyncMutex
        {
            public bool IsLocked { get; private set; }
            public static async Task<AsyncMutex> WaitAsync(string name) { await Task.Delay(1); return new AsyncMutex { IsLocked = name.Length > 0 }; }
        }
        class Settings
        {
            volatile AsyncMutex? _mutex;
            public async Task LockAsync()
            {
                if (_mutex?.IsLocked ?? false) throw new InvalidOperationException();
                _mutex = await AsyncMutex.WaitAsync("settings");
            }
        }
        """);

    [Fact]
    public Task A_null_check_becomes_a_check_again_under_a_semaphore() => Fixes(
        """
        class Tokens
        {
            public static readonly Tokens Shared = new();
            // The token of the last login.
            volatile string? _token;

            public async Task<string> GetAsync(CancellationToken ct)
            {
                // Most calls end here.
                if (_token == null)
                    [|_token = await File.ReadAllTextAsync("token", ct)|]; // once
                return _token;
            }
        }
        """,
        """
        class Tokens
        {
            private readonly SemaphoreSlim _gate = new(1, 1);
            public static readonly Tokens Shared = new();
            // The token of the last login.
            volatile string? _token;

            public async Task<string> GetAsync(CancellationToken ct)
            {
                // Most calls end here.
                if (_token == null)
                {
                    await _gate.WaitAsync(ct);
                    try
                    {
                        _token ??= await File.ReadAllTextAsync("token", ct); // once
                    }
                    finally
                    {
                        _gate.Release();
                    }
                }
                return _token;
            }
        }
        """,
        title: "Let one call at a time pass, with a semaphore '_gate'");

    [Fact]
    public Task A_coalescing_arrow_becomes_a_body_with_a_semaphore() => Fixes(
        """
        static class Tokens
        {
            private static string? s_token;

            public static async Task<string> GetAsync() => [|s_token ??= await File.ReadAllTextAsync("token").ConfigureAwait(false)|];
        }
        """,
        """
        static class Tokens
        {
            private static readonly SemaphoreSlim s_gate = new(1, 1);
            private static string? s_token;

            public static async Task<string> GetAsync()
            {
                if (s_token is null)
                {
                    await s_gate.WaitAsync().ConfigureAwait(false);
                    try
                    {
                        s_token ??= await File.ReadAllTextAsync("token").ConfigureAwait(false);
                    }
                    finally
                    {
                        s_gate.Release();
                    }
                }
                return s_token;
            }
        }
        """);

    [Fact]
    public Task A_coalescing_return_and_statement_become_two_semaphores() => Fixes(
        """
        static class Settings
        {
            private static string? s_user;
            private static string? s_site;

            public static async Task<string> UserAsync()
            {
                return [|s_user ??= await File.ReadAllTextAsync("user")|];
            }

            public static async Task WarmAsync(CancellationToken stop)
            {
                [|s_site ??= await File.ReadAllTextAsync("site", stop)|];
            }
        }
        """,
        """
        static class Settings
        {
            private static readonly SemaphoreSlim s_lock = new(1, 1);
            private static readonly SemaphoreSlim s_gate = new(1, 1);
            private static string? s_user;
            private static string? s_site;

            public static async Task<string> UserAsync()
            {
                if (s_user is null)
                {
                    await s_gate.WaitAsync();
                    try
                    {
                        s_user ??= await File.ReadAllTextAsync("user");
                    }
                    finally
                    {
                        s_gate.Release();
                    }
                }
                return s_user;
            }

            public static async Task WarmAsync(CancellationToken stop)
            {
                if (s_site is null)
                {
                    await s_lock.WaitAsync(stop);
                    try
                    {
                        s_site ??= await File.ReadAllTextAsync("site", stop);
                    }
                    finally
                    {
                        s_lock.Release();
                    }
                }
            }
        }
        """);

    [Fact]
    public Task An_early_return_becomes_a_check_again_before_the_rest() => Fixes(
        """
        class Link
        {
            private volatile bool _open;

            public async Task OpenAsync()
            {
                if (_open)
                    return;
                var started = TimeSpan.Zero;
                await Task.Delay(started);
                [|_open = true|];
            }
        }
        """,
        """
        class Link
        {
            private readonly SemaphoreSlim _gate = new(1, 1);
            private volatile bool _open;

            public async Task OpenAsync()
            {
                if (_open)
                    return;
                await _gate.WaitAsync();
                try
                {
                    if (_open)
                        return;
                    var started = TimeSpan.Zero;
                    await Task.Delay(started);
                    _open = true;
                }
                finally
                {
                    _gate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task A_check_that_reads_a_second_field_moves_under_the_semaphore() => Fixes(
        """
        static class Tokens
        {
            private static string? s_token;
            private static long s_until;

            public static async Task<string> GetAsync(long now)
            {
                if (s_token is null || s_until < now)
                {
                    [|s_token = await File.ReadAllTextAsync("token")|];
                    [|s_until = now + 100|];
                }
                return s_token;
            }
        }
        """,
        """
        static class Tokens
        {
            private static readonly SemaphoreSlim s_gate = new(1, 1);
            private static string? s_token;
            private static long s_until;

            public static async Task<string> GetAsync(long now)
            {
                await s_gate.WaitAsync();
                try
                {
                    if (s_token is null || s_until < now)
                    {
                        s_token = await File.ReadAllTextAsync("token");
                        s_until = now + 100;
                    }
                }
                finally
                {
                    s_gate.Release();
                }
                return s_token;
            }
        }
        """);

    [Fact]
    public Task An_awaited_sum_becomes_an_atomic_addition() => Fixes(
        """
        class Totals
        {
            volatile int _total;
            public async Task AddAsync() => [|_total += await CountAsync()|];
            static async Task<int> CountAsync() { await Task.Yield(); return 1; }
        }
        """,
        """
        class Totals
        {
            volatile int _total;
            public async Task AddAsync() => Interlocked.Add(ref _total, await CountAsync());
            static async Task<int> CountAsync() { await Task.Yield(); return 1; }
        }
        """,
        title: "Add with 'Interlocked.Add' after the wait");

    [Fact]
    public Task An_old_language_gets_what_it_can_read() => Fixes(
        """
        using System.IO;
        using System.Threading;
        using System.Threading.Tasks;
        static class Tokens
        {
            static string s_token;
            public static async Task<string> GetAsync()
            {
                if (s_token == null)
                {
                    [|s_token = await File.ReadAllTextAsync("token")|];
                }
                return s_token;
            }
        }
        """,
        """
        using System.IO;
        using System.Threading;
        using System.Threading.Tasks;
        static class Tokens
        {
            private static readonly SemaphoreSlim s_gate = new SemaphoreSlim(1, 1);
            static string s_token;
            public static async Task<string> GetAsync()
            {
                if (s_token == null)
                {
                    await s_gate.WaitAsync();
                    try
                    {
                        if (s_token == null)
                        {
                            s_token = await File.ReadAllTextAsync("token");
                        }
                    }
                    finally
                    {
                        s_gate.Release();
                    }
                }
                return s_token;
            }
        }
        """,
        languageVersion: Microsoft.CodeAnalysis.CSharp.LanguageVersion.CSharp7_3);

    private const string Cache =
        """

        // ==== Cache.cs
        namespace Assay.Reference.Caching
        {
            public sealed class LruTtlCache<TKey, TValue> where TKey : notnull
            {
                public LruTtlCache(int capacity) { }
                public ValueTask<TValue> GetOrAddAsync(TKey key, Func<TKey, CancellationToken, ValueTask<TValue>> factory, CancellationToken cancellationToken = default) => factory(key, cancellationToken);
            }
        }
        """;

    [Fact]
    public Task A_map_of_loaded_values_becomes_a_cache_with_one_load_for_each_key() => Fixes(
        """
        static class Names
        {
            private static readonly Dictionary<int, string> s_names = new();

            public static async Task<string> GetAsync(int id, CancellationToken ct)
            {
                if (s_names.TryGetValue(id, out var known))
                    return known;
                var name = await File.ReadAllTextAsync(id.ToString(), ct);
                [|s_names[id] = name|];
                return name;
            }
        }
        """ + Cache,
        """
        using Assay.Reference.Caching;

        static class Names
        {
            private static readonly LruTtlCache<int, string> s_names = new(capacity: 1024);

            public static async Task<string> GetAsync(int id, CancellationToken ct)
            {
                return await s_names.GetOrAddAsync(id, async (key, token) => await File.ReadAllTextAsync(key.ToString(), token), ct);
            }
        }
        """ + Cache,
        title: "Load once for each key, in an LruTtlCache");

    [Fact]
    public Task A_map_that_is_asked_for_what_it_lacks_becomes_a_cache_too() => Fixes(
        """
        static class Names
        {
            private static readonly Dictionary<int, string> s_names = [];

            public static async Task<string> GetAsync(int id)
            {
                if (!s_names.ContainsKey(id))
                {
                    var name = await File.ReadAllTextAsync(id.ToString());
                    [|s_names.Add(id, name)|];
                }
                return s_names[id];
            }
        }
        """ + Cache,
        """
        using Assay.Reference.Caching;

        static class Names
        {
            private static readonly LruTtlCache<int, string> s_names = new(capacity: 1024);

            public static async Task<string> GetAsync(int id)
            {
                return await s_names.GetOrAddAsync(id, async (key, _) => await File.ReadAllTextAsync(key.ToString()));
            }
        }
        """ + Cache);

    [Fact]
    public Task A_map_without_the_library_keeps_its_finding() => NotFixed(
        """
        static class Names
        {
            private static readonly Dictionary<int, string> s_names = new();
            public static async Task<string> GetAsync(int id)
            {
                if (s_names.TryGetValue(id, out var known)) return known;
                var name = await File.ReadAllTextAsync(id.ToString());
                [|s_names[id] = name|];
                return name;
            }
        }
        """);

    [Fact]
    public Task A_load_with_an_object_of_the_caller_keeps_its_finding() => NotFixed(
        """
        static class Names
        {
            private static readonly Dictionary<int, string> s_names = new();
            public static async Task<string> GetAsync(HttpClient client, int id)
            {
                if (s_names.TryGetValue(id, out var known)) return known;
                var name = await client.GetStringAsync(id.ToString());
                [|s_names[id] = name|];
                return name;
            }
        }
        """ + Cache);

    [Fact]
    public Task A_map_with_a_comparer_keeps_its_finding() => NotFixed(
        """
        static class Names
        {
            private static readonly Dictionary<string, string> s_names = new(StringComparer.OrdinalIgnoreCase);
            public static async Task<string> GetAsync(string id)
            {
                if (s_names.TryGetValue(id, out var known)) return known;
                var name = await File.ReadAllTextAsync(id);
                [|s_names[id] = name|];
                return name;
            }
        }
        """ + Cache);

    [Fact]
    public Task A_map_that_somebody_else_reads_keeps_its_finding() => NotFixed(
        """
        static class Names
        {
            private static readonly Dictionary<string, string> s_names = new();
            public static int Count => s_names.Count;
            public static async Task<string> GetAsync(string id)
            {
                if (s_names.TryGetValue(id, out var known)) return known;
                var name = await File.ReadAllTextAsync(id);
                [|s_names[id] = name|];
                return name;
            }
        }
        """ + Cache);

    [Fact]
    public Task A_value_that_is_reset_elsewhere_keeps_its_finding() => NotFixed(
        """
        static class Tokens
        {
            private static string? s_token;
            public static void Forget() => s_token = null;
            public static async Task<string> GetAsync()
            {
                if (s_token is null) [|s_token = await File.ReadAllTextAsync("token")|];
                return s_token;
            }
        }
        """);

    [Fact]
    public Task A_load_that_comes_back_to_the_method_keeps_its_finding() => NotFixed(
        """
        static class Tokens
        {
            private static string? s_token;
            public static async Task<string> GetAsync(bool again)
            {
                if (s_token is null) [|s_token = await LoadAsync(again)|];
                return s_token;
            }
            private static async Task<string> LoadAsync(bool again) => again ? await File.ReadAllTextAsync("token") : await GetAsync(true);
        }
        """);

    [Fact]
    public Task A_field_of_others_keeps_its_finding() => NotFixed(
        """
        static class Tokens
        {
            internal static string? s_token;
            public static async Task<string> GetAsync()
            {
                if (s_token is null) [|s_token = await File.ReadAllTextAsync("token")|];
                return s_token;
            }
        }
        """);

    [Fact]
    public Task A_number_kept_over_an_await_keeps_its_finding() => NotFixed(
        """
        class Seats
        {
            readonly Lock _gate = new();
            int _free = 5;
            public void Release() { lock (_gate) _free++; }
            public async Task<bool> TakeAsync()
            {
                var free = _free;
                if (free == 0) return false;
                await Task.Delay(10);
                [|_free = free - 1|];
                return true;
            }
        }
        """);

    [Fact]
    public Task A_check_with_a_call_keeps_its_finding() => NotFixed(
        """
        static class Tokens
        {
            private static string? s_token;
            public static async Task<string> GetAsync()
            {
                if (s_token is null && Ask()) [|s_token = await File.ReadAllTextAsync("token")|];
                return s_token ?? "";
            }
            private static bool Ask() => true;
        }
        """);

    [Fact]
    public Task A_checked_sum_keeps_its_finding() => NotFixed(
        """
        class Totals
        {
            volatile int _total;
            public async Task AddAsync() { checked { [|_total += await CountAsync()|]; } }
            static async Task<int> CountAsync() { await Task.Yield(); return 1; }
        }
        """);

    private static Task NotFixed(string source) => Fixes(source, source);
}
