using Assay.Analyzers.Rules.SharedState;
using Assay.TestKit;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Tests.Rules.SharedState;

public sealed class StaleAfterAwaitTests : RuleTests<StaleAfterAwait>
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
}
