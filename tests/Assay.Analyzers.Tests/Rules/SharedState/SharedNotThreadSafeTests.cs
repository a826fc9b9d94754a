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
}
