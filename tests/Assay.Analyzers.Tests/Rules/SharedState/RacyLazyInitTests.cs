using Assay.Analyzers.Rules.SharedState;
using Assay.CodeFixes.Rules.SharedState;
using Assay.TestKit;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Tests.Rules.SharedState;

public sealed class RacyLazyInitTests : RuleTests<RacyLazyInit, RacyLazyInitFix>
{
    [Fact]
    public Task Code_that_is_being_typed_is_looked_at() => Flags(
        """
        static class C
        {
            static CancellationTokenSource? s_stop;
            public static CancellationTokenSource Stop()
            {
                if (s_stop == null) [|s_stop = new CancellationTokenSource()|];
                return s_stop.
            }
        }
        """,
        allowErrors: true);

    [Fact]
    public Task A_static_coalescing_assignment_is_flagged() => Flags(
        """
        using System.Net.Http;
        static class Api
        {
            static HttpClient? s_client;
            public static HttpClient Client => [|s_client ??= new HttpClient()|];
        }
        """,
        messages: ["Two threads that find 's_client' empty create a 'HttpClient' each, and the first goes on with one that the field no longer holds: every thread shares a static"]);

    [Fact]
    public Task A_null_check_before_the_creation_is_flagged() => Flags(
        """
        using System.Net.Http;
        static class Api
        {
            static HttpClient? s_client;
            public static HttpClient Get()
            {
                if ({|#0:s_client|} == null)
                {
                    [|s_client = new HttpClient()|];
                }
                return s_client;
            }
        }
        """);

    [Fact]
    public Task An_early_return_before_the_creation_is_flagged() => Flags(
        """
        using System.Net.Http;
        static class Api
        {
            static HttpClient? s_client;
            public static HttpClient Get()
            {
                if (s_client is { } known) return known;
                var client = new HttpClient();
                client.Timeout = TimeSpan.FromSeconds(5);
                [|s_client = client|];
                return client;
            }
        }
        """);

    [Fact]
    public Task A_list_that_others_add_to_is_flagged() => Flags(
        """
        static class Audit
        {
            static List<string>? s_lines;
            public static void Write(string line)
            {
                [|s_lines ??= new List<string>()|];
                lock (s_lines) s_lines.Add(line);
            }
        }
        """);

    [Fact]
    public Task A_volatile_instance_field_is_flagged() => Flags(
        """
        class Hub
        {
            volatile CancellationTokenSource? _stop;
            public CancellationTokenSource Stop => [|_stop ??= new CancellationTokenSource()|];
        }
        """);

    [Fact]
    public Task An_object_without_state_is_a_suggestion() => Flags(
        """
        sealed class Rules { public int Limit => 5; }
        static class C
        {
            static Rules? s_rules;
            public static Rules Rules => [|s_rules ??= new Rules()|];
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task Text_and_delegates_are_ignored() => Ignores(
        """
        static class C
        {
            static string? s_name;
            static Func<int>? s_count;
            static Type[]? s_types;
            public static string Name => s_name ??= File.ReadAllText("name");
            public static Func<int> Count => s_count ??= () => 5;
            public static Type[] Types => s_types ??= typeof(C).Assembly.GetTypes();
        }
        """);

    [Fact]
    public Task A_creation_under_the_lock_is_ignored() => Ignores(
        """
        using System.Net.Http;
        static class Api
        {
            static readonly Lock s_gate = new();
            static HttpClient? s_client;
            public static HttpClient Get() { lock (s_gate) return s_client ??= new HttpClient(); }
        }
        """);

    [Fact]
    public Task A_double_checked_lock_is_ignored() => Ignores(
        """
        using System.Net.Http;
        static class Api
        {
            static readonly Lock s_gate = new();
            static HttpClient? s_client;
            public static HttpClient Get()
            {
                if (s_client is null)
                    lock (s_gate)
                        s_client ??= new HttpClient();
                return s_client;
            }
        }
        """);

    [Fact]
    public Task LazyInitializer_and_CompareExchange_are_ignored() => Ignores(
        """
        using System.Net.Http;
        static class Api
        {
            static HttpClient? s_client;
            static HttpClient? s_other;
            public static HttpClient Get() => LazyInitializer.EnsureInitialized(ref s_client, () => new HttpClient());
            public static HttpClient Other()
            {
                if (s_other is null)
                {
                    var client = new HttpClient();
                    if (Interlocked.CompareExchange(ref s_other, client, null) is not null) client.Dispose();
                }
                return s_other;
            }
        }
        """);

    [Fact]
    public Task A_static_constructor_is_ignored() => Ignores(
        """
        using System.Net.Http;
        static class Api
        {
            static HttpClient? s_client;
            static Api() => s_client ??= new HttpClient();
            public static HttpClient? Client => s_client;
        }
        """);

    [Fact]
    public Task A_field_of_an_object_that_nobody_shares_is_ignored() => Ignores(
        """
        class Report
        {
            List<string>? _lines;
            public void Add(string line) => (_lines ??= new List<string>()).Add(line);
        }
        """);

    [Fact]
    public Task A_timer_that_only_reads_what_one_caller_creates_is_ignored() => Ignores(
        """
        class Heart
        {
            Timer? _timer;
            public void Begin()
            {
                if (_timer == null) _timer = new Timer(Beat, null, 200, -1);
            }
            void Beat(object? state) => _timer?.Change(200, -1);
        }
        """);

    [Fact]
    public Task A_thread_static_is_ignored() => Ignores(
        """
        static class Buffers
        {
            [ThreadStatic] static MemoryStream? s_buffer;
            public static MemoryStream Get() => s_buffer ??= new MemoryStream();
        }
        """);

    [Fact]
    public Task A_given_object_is_ignored() => Ignores(
        """
        using System.Net.Http;
        static class Api
        {
            static HttpClient? s_client;
            public static void Use(HttpClient client) => s_client ??= client;
        }
        """);

    [Fact]
    public Task A_static_becomes_a_Lazy() => Fixes(
        """
        using System.Net.Http;
        static class Api
        {
            private static HttpClient? s_client;
            public static HttpClient Client => [|s_client ??= new HttpClient { Timeout = TimeSpan.FromSeconds(5) }|];
        }
        """,
        """
        using System.Net.Http;
        static class Api
        {
            private static readonly Lazy<HttpClient> s_client = new(() => new HttpClient { Timeout = TimeSpan.FromSeconds(5) });
            public static HttpClient Client => s_client.Value;
        }
        """);

    [Fact]
    public Task A_static_that_others_use_keeps_the_first_object() => Fixes(
        """
        static class Audit
        {
            static List<string>? s_lines;
            public static void Write(string line)
            {
                [|s_lines ??= new List<string>()|];
                lock (s_lines) s_lines.Add(line);
            }
        }
        """,
        """
        static class Audit
        {
            static List<string>? s_lines;
            public static void Write(string line)
            {
                LazyInitializer.EnsureInitialized(ref s_lines, () => new List<string>());
                lock (s_lines) s_lines.Add(line);
            }
        }
        """);

    [Fact]
    public Task A_null_check_that_others_use_keeps_the_first_object() => Fixes(
        """
        static class Audit
        {
            static List<string>? s_lines;
            public static void Write(string line)
            {
                if (s_lines == null)
                {
                    [|s_lines = new()|];
                }
                lock (s_lines) s_lines.Add(line);
            }
        }
        """,
        """
        static class Audit
        {
            static List<string>? s_lines;
            public static void Write(string line)
            {
                LazyInitializer.EnsureInitialized(ref s_lines, () => new List<string>());
                lock (s_lines) s_lines.Add(line);
            }
        }
        """);

    [Fact]
    public Task A_description_that_nobody_gives_back_is_a_suggestion() => Flags(
        """
        static class Literals
        {
            static System.Text.Json.JsonDocument? s_null;
            public static System.Text.Json.JsonDocument Null => [|s_null ??= Create("null")|];
            static System.Text.Json.JsonDocument Create(string text) => System.Text.Json.JsonDocument.Parse(text);
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_made_object_that_is_given_back_is_flagged() => Flags(
        """
        static class Feeds
        {
            static Stream? s_stream;
            public static Stream Get() => [|s_stream ??= CreateStream()|];
            public static void Stop() => s_stream?.Dispose();
            static Stream CreateStream() => File.OpenRead("feed");
        }
        """);

    [Fact]
    public Task A_weak_reference_is_ignored() => Ignores(
        """
        static class Typical
        {
            static WeakReference<List<int>>? s_targets;
            public static void Note(List<int> targets)
            {
                if (s_targets == null) s_targets = new WeakReference<List<int>>(targets);
                else if (s_targets.TryGetTarget(out var known)) s_targets.SetTarget(known);
            }
        }
        """);

    [Fact]
    public Task A_creation_on_a_task_that_the_caller_gets_is_a_suggestion() => Flags(
        """
        class Request
        {
            Stream? _stream;
            public Stream Get()
            {
                if (_stream == null) [|_stream = new MemoryStream()|];
                return _stream;
            }
            public Task<Stream> GetAsync() => Task.Run(() => Get());
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_creation_on_a_task_that_runs_beside_is_flagged() => Flags(
        """
        class Request
        {
            Stream? _stream;
            public Stream Get()
            {
                if (_stream == null) [|_stream = new MemoryStream()|];
                return _stream;
            }
            public void Warm() { _ = Task.Run(() => Get()); }
        }
        """);

    [Fact]
    public Task An_object_without_state_is_only_a_suggestion() => Flags(
        """
        public sealed class NoImpersonation : IDisposable
        {
            private static NoImpersonation? s_instance;
            public void Dispose() { }
            public static IDisposable Instance => [|s_instance ??= new NoImpersonation()|];
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_begin_that_hands_its_work_to_the_caller_is_a_suggestion() => Flags(
        """
        class Request
        {
            private MemoryStream? _response;
            public MemoryStream GetResponse()
            {
                if (_response == null) [|_response = new MemoryStream()|];
                return _response;
            }
            public IAsyncResult BeginGetResponse() => Task.Factory.StartNew(() => GetResponse());
        }
        """,
        severity: DiagnosticSeverity.Info);
}
