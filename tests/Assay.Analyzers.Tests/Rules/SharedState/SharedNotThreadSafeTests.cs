using Assay.Analyzers.Rules.SharedState;
using Assay.TestKit;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Tests.Rules.SharedState;

public sealed class SharedNotThreadSafeTests : RuleTests<SharedNotThreadSafe>
{
    [Fact]
    public Task A_static_random_is_flagged() => Flags(
        """
        static class Jitter
        {
            static readonly Random s_random = new(42);
            public static int Next() => [|s_random|].Next(100);
        }
        """,
        messages: ["'s_random' holds one Random, which is not thread-safe, and 'Next' uses it without a lock: every thread shares a static"]);

    [Theory]
    [InlineData("System.Security.Cryptography.SHA256 s_x = System.Security.Cryptography.SHA256.Create()", "[|s_x|].ComputeHash(data)")]
    [InlineData("System.Security.Cryptography.HashAlgorithm s_x = System.Security.Cryptography.MD5.Create()", "[|s_x|].ComputeHash(data)")]
    [InlineData("System.Text.StringBuilder s_x = new()", "[|s_x|].Append(data)")]
    [InlineData("Random s_x = new()", "Fill([|s_x|], data)")]
    [InlineData("System.Security.Cryptography.IncrementalHash s_x = System.Security.Cryptography.IncrementalHash.CreateHash(default)", "[|s_x|].AppendData(data)")]
    public Task Every_listed_type_is_flagged(string field, string use) => Flags(
        $$"""
        static class C
        {
            static readonly {{field}};
            public static object? Use(byte[] data) { {{use}}; return null; }
            static void Fill(Random random, byte[] data) => random.NextBytes(data);
        }
        """);

    [Fact]
    public Task A_context_in_a_singleton_is_flagged() => Flags(
        """
        using Microsoft.EntityFrameworkCore;
        using Microsoft.Extensions.DependencyInjection;

        static class Startup
        {
            public static void Configure(IServiceCollection services) => services.AddSingleton<Orders>();
        }

        class Shop : DbContext;

        class Orders(Shop given)
        {
            readonly Shop _shop = given;
            public Task<int> SaveAsync() => [|_shop|].SaveChangesAsync();
        }
        """,
        messages: ["'_shop' holds one Shop, which is not thread-safe, and 'SaveAsync' uses it without a lock: 'Orders' is registered as a singleton, Test0.cs line 6"]);

    [Fact]
    public Task A_captured_context_in_a_hosted_service_is_ignored_in_its_own_loop() => Ignores(
        """
        using Microsoft.EntityFrameworkCore;
        using Microsoft.Extensions.Hosting;

        class Shop : DbContext;

        class Worker : BackgroundService
        {
            readonly Shop _shop = new();
            protected override async Task ExecuteAsync(CancellationToken stoppingToken) => await _shop.SaveChangesAsync(stoppingToken);
        }
        """);

    [Fact]
    public Task A_locked_random_is_ignored() => Ignores(
        """
        static class Jitter
        {
            static readonly Random s_random = new(42);
            public static int Next() { lock (s_random) return s_random.Next(100); }
        }
        """);

    [Fact]
    public Task Random_shared_and_one_for_each_thread_are_ignored() => Ignores(
        """
        static class Jitter
        {
            static readonly ThreadLocal<Random> s_random = new(() => new Random(42));
            [ThreadStatic] static System.Text.StringBuilder? s_text;
            public static int Next() => Random.Shared.Next(100) + s_random.Value!.Next(100);
            public static string Text() => (s_text ??= new()).Append('x').ToString();
        }
        """);

    [Fact]
    public Task A_static_method_of_the_type_is_ignored() => Ignores(
        """
        using System.Security.Cryptography;

        static class Hashes
        {
            public static byte[] Of(byte[] data) => SHA256.HashData(data);
        }
        """);

    [Fact]
    public Task An_object_that_is_only_looked_at_or_disposed_is_ignored() => Ignores(
        """
        using System.Security.Cryptography;

        static class Hashes
        {
            static readonly SHA256 s_hash = SHA256.Create();
            public static bool IsMade => s_hash != null;
            public static void Close() => s_hash.Dispose();
        }
        """);

    [Fact]
    public Task A_plain_object_is_ignored() => Ignores(
        """
        class Dice
        {
            readonly Random _random = new(6);
            readonly System.Text.StringBuilder _log = new();
            public int Roll() { _log.Append('.'); return _random.Next(1, 7); }
        }
        """);

    [Fact]
    public Task A_builder_that_is_emptied_under_the_lock_of_its_queue_is_ignored() => Ignores(
        """
        class LineReader
        {
            readonly Queue<string> _lines = new();
            readonly System.Text.StringBuilder _text = new();
            public void Read(string part) { _text.Append(part); Move(); }
            public string Next() { lock (_lines) return _lines.Dequeue(); }
            void Move() { lock (_lines) _lines.Enqueue(_text.ToString()); _text.Clear(); }
        }
        """);

    [Fact]
    public Task A_type_that_only_initialisers_use_is_ignored() => Ignores(
        """
        class Seeds
        {
            static readonly Random s_random = new(6);
            public static readonly int A = s_random.Next();
            public static readonly int B = Next();
            static int Next() => s_random.Next();
        }
        """);

    [Fact]
    public Task A_program_of_windows_is_a_suggestion_and_flagged() => Flags(
        """
        namespace System.Windows.Forms { public class Control; }

        static class Jitter
        {
            static readonly Random s_random = new(42);
            public static int Next() => [|s_random|].Next(100);
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task Half_typed_code_is_ignored() => Ignores(
        """
        static class C
        {
            static readonly Random s_random = new(42);
            static void M() { s_random. ; Missing(s_random; }
        }
        """,
        allowErrors: true);

    [Fact]
    public Task A_task_that_is_started_when_its_buffer_is_made_is_ignored() => Ignores(
        """
        using System.Text;
        class LineReader(Stream stream)
        {
            StringBuilder? _text;
            Task? _reading;
            public void Begin()
            {
                if (_text == null)
                {
                    _text = new StringBuilder();
                    _reading = Task.Run(ReadAsync);
                }
            }
            private async Task ReadAsync()
            {
                var buffer = new byte[16];
                while (await stream.ReadAsync(buffer) > 0) _text!.Append(Encoding.UTF8.GetString(buffer));
            }
        }
        """);

    [Fact]
    public Task A_dictionary_of_a_singleton_that_is_only_written_is_flagged() => Flags(
        """
        using Microsoft.Extensions.DependencyInjection;
        static class Startup
        {
            public static void Configure(IServiceCollection services) => {|#1:services.AddSingleton<Directory>()|};
        }
        sealed class Directory
        {
            readonly Dictionary<int, string> _names = new();
            public void Rename(int id, string name) => [|_names|][id] = name;
            public void Forget(int id) => {|#0:_names|}.Remove(id);
        }
        """,
        messages: ["'_names' holds one Dictionary, which is not thread-safe, and 'Rename' changes it without a lock: 'Directory' is registered as a singleton, Test0.cs line 4"]);

    [Fact]
    public Task A_list_of_a_singleton_is_flagged() => Flags(
        """
        using Microsoft.Extensions.DependencyInjection;
        static class Startup
        {
            public static void Configure(IServiceCollection services) => services.AddSingleton<Directory>();
        }
        sealed class Directory
        {
            private readonly List<int> _items = new();
            public void See(int n) => [|_items|].Add(n);
            public int Seen() => _items.Count;
            public int[] All() => _items.ToArray();
        }
        """);

    [Fact]
    public Task A_queue_of_a_singleton_is_flagged() => Flags(
        """
        using Microsoft.Extensions.DependencyInjection;
        static class Startup
        {
            public static void Configure(IServiceCollection services) => services.AddSingleton<Directory>();
        }
        sealed class Directory
        {
            private readonly Queue<int> _items = new();
            public void See(int n) => [|_items|].Enqueue(n);
            public int Seen() => _items.Count;
            public int[] All() => _items.ToArray();
        }
        """);

    [Fact]
    public Task A_set_of_a_singleton_is_flagged() => Flags(
        """
        using Microsoft.Extensions.DependencyInjection;
        static class Startup
        {
            public static void Configure(IServiceCollection services) => services.AddSingleton<Directory>();
        }
        sealed class Directory
        {
            private readonly HashSet<int> _items = new();
            public void See(int n) => [|_items|].Add(n);
            public int Seen() => _items.Count;
            public int[] All() => _items.ToArray();
        }
        """);

    [Fact]
    public Task A_list_of_a_middleware_is_flagged() => Flags(
        """
        using Microsoft.AspNetCore.Http;
        class Recording(RequestDelegate next)
        {
            private readonly List<string> _paths = [];
            public async Task InvokeAsync(HttpContext context)
            {
                [|_paths|].Add(context.Request.Path);
                await next(context);
            }
        }
        """);

    [Fact]
    public Task A_loop_of_a_hosted_service_beside_its_readers_is_flagged() => Flags(
        """
        using Microsoft.Extensions.Hosting;
        class Prices : BackgroundService
        {
            private readonly Dictionary<string, int> _prices = new();
            public int[] All() => _prices.Values.ToArray();
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                while (!stoppingToken.IsCancellationRequested)
                {
                    [|_prices|]["a"] = 1;
                    await Task.Delay(1000, stoppingToken);
                }
            }
        }
        """);

    [Fact]
    public Task A_list_of_a_type_marked_thread_safe_is_flagged() => Flags(
        """
        [AttributeUsage(AttributeTargets.Class)]
        class ThreadSafeAttribute : Attribute;
        [ThreadSafe]
        class Journal
        {
            private readonly List<string> _lines = [];
            public void Write(string line) => [|_lines|].Add(line);
            public string[] All() => _lines.ToArray();
        }
        """);

    [Fact]
    public Task What_a_singleton_registers_is_a_suggestion() => Flags(
        """
        using Microsoft.Extensions.DependencyInjection;
        static class Startup
        {
            public static void Configure(IServiceCollection services) => services.AddSingleton<Directory>();
        }
        sealed class Directory
        {
            private readonly Dictionary<string, int> _codes = new();
            public void Register(string name, int code) => [|_codes|][name] = code;
            public int CodeOf(string name) => _codes.GetValueOrDefault(name);
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_collection_of_a_scoped_type_is_ignored() => Ignores(
        """
        using Microsoft.Extensions.DependencyInjection;
        static class Startup
        {
            public static void Configure(IServiceCollection services) => services.AddScoped<Directory>();
        }
        sealed class Directory
        {
            private readonly List<int> _items = [];
            public void See(int n) => _items.Add(n);
        }
        """);

    [Fact]
    public Task A_collection_of_a_singleton_under_a_lock_is_ignored() => Ignores(
        """
        using Microsoft.Extensions.DependencyInjection;
        static class Startup
        {
            public static void Configure(IServiceCollection services) => services.AddSingleton<Directory>();
        }
        sealed class Directory
        {
            private readonly Lock _gate = new();
            private readonly List<int> _items = [];
            public void See(int n) { lock (_gate) _items.Add(n); }
            public int[] All() { lock (_gate) return _items.ToArray(); }
        }
        """);

    [Fact]
    public Task A_collection_that_the_constructor_fills_is_ignored() => Ignores(
        """
        using Microsoft.Extensions.DependencyInjection;
        static class Startup
        {
            public static void Configure(IServiceCollection services) => services.AddSingleton<Directory>();
        }
        sealed class Directory
        {
            private readonly Dictionary<int, string> _names = new();
            public Directory() { Fill(); }
            public string? Of(int id) => _names.GetValueOrDefault(id);
            private void Fill() => _names[1] = "one";
        }
        """);

    [Fact]
    public Task A_snapshot_that_is_replaced_is_ignored() => Ignores(
        """
        using Microsoft.Extensions.DependencyInjection;
        static class Startup
        {
            public static void Configure(IServiceCollection services) => services.AddSingleton<Directory>();
        }
        sealed class Directory
        {
            private Dictionary<int, string> _names = new();
            public void Load(IEnumerable<int> ids)
            {
                var names = new Dictionary<int, string>();
                foreach (var id in ids) names[id] = id.ToString();
                _names = names;
            }
            public string? Of(int id) => _names.GetValueOrDefault(id);
        }
        """);

    [Fact]
    public Task A_concurrent_collection_of_a_singleton_is_ignored() => Ignores(
        """
        using Microsoft.Extensions.DependencyInjection;
        static class Startup
        {
            public static void Configure(IServiceCollection services) => services.AddSingleton<Directory>();
        }
        sealed class Directory
        {
            private readonly System.Collections.Concurrent.ConcurrentDictionary<int, string> _names = new();
            public void Rename(int id, string name) => _names[id] = name;
        }
        """);

    [Fact]
    public Task A_collection_that_a_lazy_fills_is_ignored() => Ignores(
        """
        using Microsoft.Extensions.DependencyInjection;
        static class Startup
        {
            public static void Configure(IServiceCollection services) => services.AddSingleton<Directory>();
        }
        sealed class Directory
        {
            private readonly Dictionary<int, string> _names = new();
            private readonly Lazy<bool> _loaded;
            public Directory() => _loaded = new Lazy<bool>(() => { _names[1] = "one"; return true; });
            public string? Of(int id) => _loaded.Value ? _names.GetValueOrDefault(id) : null;
        }
        """);

    [Fact]
    public Task A_collection_that_a_caller_locks_is_ignored() => Ignores(
        """
        using Microsoft.Extensions.DependencyInjection;
        static class Startup
        {
            public static void Configure(IServiceCollection services) => services.AddSingleton<Directory>();
        }
        sealed class Directory
        {
            private readonly List<int> _items = [];
            internal void See(int n) => _items.Add(n);
        }
        sealed class Desk(Directory directory)
        {
            private readonly object _gate = new();
            public void Take(int n) { lock (_gate) directory.See(n); }
        }
        """);

    [Fact]
    public Task A_collection_whose_comment_names_its_lock_is_ignored() => Ignores(
        """
        using Microsoft.Extensions.DependencyInjection;
        static class Startup
        {
            public static void Configure(IServiceCollection services) => services.AddSingleton<Directory>();
        }
        sealed class Directory
        {
            // Guarded by the lock of the desk.
            private readonly List<int> _items = [];
            public void See(int n) => _items.Add(n);
        }
        """);

    [Fact]
    public Task A_queue_of_one_started_loop_is_ignored() => Ignores(
        """
        using Microsoft.Extensions.DependencyInjection;
        static class Startup
        {
            public static void Configure(IServiceCollection services) => services.AddSingleton<Directory>();
        }
        sealed class Directory
        {
            private readonly Queue<int> _items = new();
            private readonly System.Threading.Channels.Channel<int> _inbox = System.Threading.Channels.Channel.CreateUnbounded<int>();
            public Directory() => _ = Task.Run(RunAsync);
            public void See(int n) => _inbox.Writer.TryWrite(n);
            private async Task RunAsync()
            {
                await foreach (var n in _inbox.Reader.ReadAllAsync()) _items.Enqueue(n);
            }
        }
        """);

    [Fact]
    public Task A_thread_static_or_local_list_is_ignored() => Ignores(
        """
        using Microsoft.Extensions.DependencyInjection;
        static class Startup
        {
            public static void Configure(IServiceCollection services) => services.AddSingleton<Directory>();
        }
        sealed class Directory
        {
            private readonly ThreadLocal<List<int>> _items = new(() => []);
            public void See(int n) => _items.Value!.Add(n);
        }
        """);

    [Fact]
    public Task What_a_hosted_service_fills_before_the_program_works_is_ignored() => Ignores(
        """
        using Microsoft.Extensions.Hosting;
        class Rates : IHostedService
        {
            private readonly Dictionary<string, int> _rates = new();
            public int? Of(string name) => _rates.GetValueOrDefault(name);
            public Task StartAsync(CancellationToken cancellationToken) { _rates["a"] = 1; return Task.CompletedTask; }
            public Task StopAsync(CancellationToken cancellationToken) { _rates.Clear(); return Task.CompletedTask; }
        }
        """);

    [Fact]
    public Task The_list_of_the_loop_of_a_hosted_service_is_ignored() => Ignores(
        """
        using Microsoft.Extensions.Hosting;
        class Worker : BackgroundService
        {
            private readonly List<int> _batch = [];
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                while (!stoppingToken.IsCancellationRequested)
                {
                    _batch.Add(1);
                    await Task.Delay(1000, stoppingToken);
                    _batch.Clear();
                }
            }
        }
        """);

    [Fact]
    public Task A_checked_change_is_left_to_the_rule_of_checks() => Ignores(
        """
        using Microsoft.Extensions.DependencyInjection;
        static class Startup
        {
            public static void Configure(IServiceCollection services) => services.AddSingleton<Directory>();
        }
        sealed class Directory
        {
            private readonly Dictionary<int, string> _names = new();
            public string Of(int id)
            {
                if (!_names.ContainsKey(id)) _names.Add(id, id.ToString());
                return _names[id];
            }
        }
        """);

    [Fact]
    public Task A_builder_that_is_a_singleton_is_ignored() => Ignores(
        """
        using Microsoft.Extensions.DependencyInjection;
        static class Startup
        {
            public static void Configure(IServiceCollection services) => services.AddSingleton<MeterBuilder>();
        }
        sealed class MeterBuilder
        {
            private readonly List<string> _names = [];
            public MeterBuilder AddMeter(string name) { _names.Add(name); return this; }
            public string[] Build() => _names.ToArray();
        }
        """);

    [Fact]
    public Task What_is_only_gathered_is_a_suggestion() => Flags(
        """
        using Microsoft.Extensions.DependencyInjection;
        static class Startup
        {
            public static void Configure(IServiceCollection services) => services.AddSingleton<Harness>();
        }
        sealed class Harness : IDisposable
        {
            private readonly List<IDisposable> _handles = [];
            public void Connected(IDisposable handle) => [|_handles|].Add(handle);
            public void Dispose() { foreach (var handle in _handles) handle.Dispose(); }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task What_is_added_in_a_chain_is_a_suggestion() => Flags(
        """
        using Microsoft.Extensions.DependencyInjection;
        static class Startup
        {
            public static void Configure(IServiceCollection services) => services.AddSingleton<Handlers>();
        }
        sealed class Handlers
        {
            private readonly Dictionary<string, int> _codes = new();
            public Handlers With(string name, int code) { [|_codes|][name] = code; return this; }
            public int[] All() => _codes.Values.ToArray();
        }
        """,
        severity: DiagnosticSeverity.Info);
}
