using Assay.Analyzers.Rules.Resources;
using Assay.CodeFixes.Rules.Resources;
using Assay.TestKit;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Assay.Analyzers.Tests.Rules.Resources;

public sealed class UndisposedTokenSourceTests : RuleTests<UndisposedTokenSource, UndisposedTokenSourceFix>
{
    [Fact]
    public Task A_source_with_a_timer_that_nobody_disposes_is_flagged() => Flags(
        """
        class C(HttpClient client, TimeSpan limit)
        {
            async Task<string> Read(string url)
            {
                var timeout = [|new CancellationTokenSource(5000)|];
                var later = [|new CancellationTokenSource()|];
                later.CancelAfter(limit);
                await client.GetStringAsync(url, later.Token);
                await client.GetStringAsync(url, [|new CancellationTokenSource(limit)|].Token);
                await Task.Run(() => client.GetStringAsync(url, timeout.Token), timeout.Token);
                CancellationTokenSource third = [|new(100)|];
                third.Token.Register(() => { });
                return await client.GetStringAsync(url, timeout.Token);
            }
            Task<string> Start(string url)
            {
                var timeout = [|new CancellationTokenSource(limit)|];
                return client.GetStringAsync(url, timeout.Token);
            }
        }
        """,
        messages:
        [
            "'timeout' is not disposed: its timer runs on for up to 5000 ms after the work is done, and every call adds one",
            "'later' is not disposed: its timer runs on for up to 'limit' after the work is done, and every call adds one",
            "This source is not disposed: its timer runs on for up to 'limit' after the work is done, and every call adds one",
            "'third' is not disposed: its timer runs on for up to 100 ms after the work is done, and every call adds one",
            "'timeout' is not disposed: its timer runs on for up to 'limit' after the work is done, and every call adds one",
        ]);

    [Fact]
    public Task A_linked_source_that_nobody_disposes_is_flagged_with_its_parent() => Flags(
        """
        class C(HttpClient client)
        {
            readonly CancellationTokenSource _stopping = new();
            async Task<string> Read(string url, CancellationToken token)
            {
                var linked = [|CancellationTokenSource.CreateLinkedTokenSource(token)|];
                linked.CancelAfter(1000);
                await client.GetStringAsync(url, linked.Token);
                await client.GetStringAsync(url, [|CancellationTokenSource.CreateLinkedTokenSource(CancellationToken.None, _stopping.Token)|].Token);
                var both = [|CancellationTokenSource.CreateLinkedTokenSource([_stopping.Token, token])|];
                try { return await client.GetStringAsync(url, both.Token); }
                finally { both.Cancel(); }
            }
            async Task<string> Limited(string url, CancellationToken token)
            {
                var limit = [|new CancellationTokenSource(1000)|];
                using var linked = CancellationTokenSource.CreateLinkedTokenSource(token, limit.Token);
                return await client.GetStringAsync(url, linked.Token);
            }
        }
        """,
        messages:
        [
            "'linked' is not disposed: it stays registered with 'token' for as long as the source of that token lives",
            "This source is not disposed: it stays registered with '_stopping.Token', which outlives this call, and every further call leaves another registration there",
            "'both' is not disposed: it stays registered with '_stopping.Token', which outlives this call, and every further call leaves another registration there",
            "'limit' is not disposed: its timer runs on for up to 1000 ms after the work is done, and every call adds one",
        ]);

    [Fact]
    public Task A_linked_source_whose_token_leaves_is_flagged_as_a_suggestion() => Flags(
        """
        class C
        {
            CancellationToken Either(CancellationToken one, CancellationToken other)
            {
                var linked = [|CancellationTokenSource.CreateLinkedTokenSource(one, other)|];
                return linked.Token;
            }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_disposed_source_is_ignored() => Ignores(
        """
        class C(HttpClient client)
        {
            async Task<string> Read(string url, CancellationToken token)
            {
                using var timeout = new CancellationTokenSource(5000);
                using (var linked = CancellationTokenSource.CreateLinkedTokenSource(token, timeout.Token))
                    await client.GetStringAsync(url, linked.Token);
                var later = new CancellationTokenSource(100);
                using (later)
                    await client.GetStringAsync(url, later.Token);
                var last = new CancellationTokenSource(100);
                try { return await client.GetStringAsync(url, last.Token); }
                finally { last.Dispose(); }
            }
            async Task<string> Maybe(string url, CancellationToken token, bool limited)
            {
                CancellationTokenSource? source = null;
                if (limited)
                    source = CancellationTokenSource.CreateLinkedTokenSource(token);
                try { return await client.GetStringAsync(url, source?.Token ?? token); }
                finally { source?.Dispose(); }
            }
            Task Start(string url)
            {
                var source = new CancellationTokenSource(100);
                return client.GetStringAsync(url, source.Token).ContinueWith(_ => source.Dispose(), TaskScheduler.Default);
            }
        }
        """);

    [Fact]
    public Task A_source_that_somebody_else_has_is_ignored() => Ignores(
        """
        class Job(CancellationTokenSource source) { public CancellationTokenSource Source => source; }
        class C
        {
            CancellationTokenSource? _current;
            readonly List<CancellationTokenSource> _all = new();
            CancellationTokenSource Make(int limit) => new CancellationTokenSource(limit);
            Job Start(CancellationToken token)
            {
                _current = new CancellationTokenSource(100);
                var kept = CancellationTokenSource.CreateLinkedTokenSource(token);
                _all.Add(kept);
                var owned = new CancellationTokenSource(100);
                return new Job(owned);
            }
            void Stop()
            {
                var source = new CancellationTokenSource(100);
                Console.CancelKeyPress += (_, e) => { e.Cancel = true; source.Cancel(); };
            }
            CancellationTokenSource? Detach() => Interlocked.Exchange(ref _current, new CancellationTokenSource(100));
        }
        """);

    [Fact]
    public Task A_source_without_ties_is_ignored() => Ignores(
        """
        class C(HttpClient client)
        {
            async Task<string> Read(string url, CancellationToken token)
            {
                var source = new CancellationTokenSource();
                var never = new CancellationTokenSource(Timeout.InfiniteTimeSpan);
                var none = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken.None, default);
                source.CancelAfter(Timeout.Infinite);
                await client.GetStringAsync(url, never.Token);
                await client.GetStringAsync(url, none.Token);
                return await client.GetStringAsync(url, source.Token);
            }
        }
        """);

    [Fact]
    public Task A_timer_whose_token_is_given_away_is_ignored() => Ignores(
        """
        class Worker(CancellationToken token) { public CancellationToken Token => token; public void Start(CancellationToken token) { } }
        class C(HttpClient client)
        {
            CancellationToken _token;
            CancellationToken Limited(CancellationToken token)
            {
                var other = new CancellationTokenSource(100);
                return Keep(CancellationTokenSource.CreateLinkedTokenSource(other.Token, CancellationToken.None));
            }
            CancellationToken Keep(CancellationTokenSource source) => source.Token;
            CancellationToken In(int delay) => new CancellationTokenSource(delay).Token;
            Worker Make() { var source = new CancellationTokenSource(100); return new Worker(source.Token); }
            void Keep() { var source = new CancellationTokenSource(100); _token = source.Token; }
            void Run(Worker worker) { var source = new CancellationTokenSource(100); worker.Start(source.Token); }
            void Detached() { var source = new CancellationTokenSource(100); _ = client.GetStringAsync("", source.Token); }
        }
        """);

    [Fact]
    public Task A_source_that_is_made_once_is_ignored() => Ignores(
        """
        using Microsoft.Extensions.Hosting;
        class Program
        {
            static async Task Main()
            {
                var timeout = new CancellationTokenSource(10_000);
                await Task.Delay(1, timeout.Token);
            }
        }
        class Worker : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                var linked = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                while (!linked.IsCancellationRequested)
                    await Task.Delay(1, linked.Token);
            }
        }
        """);

    [Fact]
    public Task A_source_for_each_turn_of_a_hosted_loop_is_flagged() => Flags(
        """
        using Microsoft.Extensions.Hosting;
        class Worker : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                while (!stoppingToken.IsCancellationRequested)
                {
                    var linked = [|CancellationTokenSource.CreateLinkedTokenSource(stoppingToken)|];
                    await Task.Delay(1, linked.Token);
                }
            }
        }
        """,
        messages: ["'linked' is not disposed: it stays registered with 'stoppingToken', which outlives this call, and every further call leaves another registration there"]);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        "class C { void M(CancellationToken t) { var a = new CancellationTokenSource(; var b = CancellationTokenSource.CreateLinkedTokenSource( } }", allowErrors: true);

    [Fact]
    public Task The_declaration_becomes_a_using() => Fixes(
        """
        class C(HttpClient client)
        {
            async Task<string> Read(string url, CancellationToken token)
            {
                // At most a second.
                var linked = [|CancellationTokenSource.CreateLinkedTokenSource(token)|];
                linked.CancelAfter(1000);
                if (url.Length > 0)
                {
                    // A probe.
                    await client.GetStringAsync(url, [|new CancellationTokenSource(100)|].Token);
                }
                return await client.GetStringAsync(url, linked.Token);
            }
        }
        """,
        """
        class C(HttpClient client)
        {
            async Task<string> Read(string url, CancellationToken token)
            {
                // At most a second.
                using var linked = CancellationTokenSource.CreateLinkedTokenSource(token);
                linked.CancelAfter(1000);
                if (url.Length > 0)
                {
                    // A probe.
                    using var timeout = new CancellationTokenSource(100);
                    await client.GetStringAsync(url, timeout.Token);
                }
                return await client.GetStringAsync(url, linked.Token);
            }
        }
        """,
        title: "Dispose the source with 'using'");

    [Fact]
    public Task A_source_that_must_outlive_the_function_stays_as_it_is()
    {
        const string Source = """
            class C(HttpClient client)
            {
                Task<string> Start(string url)
                {
                    var timeout = [|new CancellationTokenSource(100)|];
                    return client.GetStringAsync(url, timeout.Token);
                }
                async Task<string> Again(string url)
                {
                    var timeout = [|new CancellationTokenSource(100)|];
                    await client.GetStringAsync(url, timeout.Token);
                    timeout = [|new CancellationTokenSource(200)|];
                    return await client.GetStringAsync(url, timeout.Token);
                }
            }
            """;
        return Fixes(Source, Source);
    }

    [Fact]
    public Task Code_before_using_declarations_stays_as_it_is()
    {
        const string Source = """
            using System.Net.Http; using System.Threading; using System.Threading.Tasks;
            class C
            {
                async Task<string> Read(HttpClient client, string url)
                {
                    var timeout = [|new CancellationTokenSource(100)|];
                    return await client.GetStringAsync(url, timeout.Token);
                }
            }
            """;
        return Fixes(Source, Source, languageVersion: LanguageVersion.CSharp7_3);
    }
}
