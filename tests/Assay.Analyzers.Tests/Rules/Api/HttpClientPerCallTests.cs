using Assay.Analyzers.Rules.Api;
using Assay.TestKit;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Tests.Rules.Api;

public sealed class HttpClientPerCallTests : RuleTests<HttpClientPerCall>
{
    private const string Disposed = "none of its connections is used again, and each closed one keeps its port for minutes, so that under load the machine runs out of ports";
    private const string Forgotten = "none of its connections is used again, and they stay open until they time out";

    [Fact]
    public Task A_client_for_each_call_is_flagged() => Flags(
        """
        class Rates : Microsoft.AspNetCore.Mvc.ControllerBase
        {
            public async Task<string> Daily(string url, string[] urls)
            {
                using var client = [|new HttpClient()|];
                using (var second = [|new HttpClient(new HttpClientHandler { AllowAutoRedirect = false })|])
                    await second.GetStringAsync(url);
                using HttpClient third = [|new() { Timeout = TimeSpan.FromSeconds(5) }|];
                await Task.WhenAll(urls.Select(u => third.GetStringAsync(u)));
                return await client.GetStringAsync(url);
            }
            public Task<string> Latest(string url) => [|new HttpClient()|].GetStringAsync(url);
            public string Text
            {
                get
                {
                    var handler = new SocketsHttpHandler();
                    var client = [|new HttpClient(handler)|];
                    client.DefaultRequestHeaders.Add("x", "y");
                    return client.GetStringAsync("").Result;
                }
            }
        }
        """,
        messages: [Message("Daily", Disposed), Message("Daily", Disposed), Message("Daily", Disposed), Message("Latest", Forgotten), Message("Text", Forgotten)]);

    [Fact]
    public Task A_client_for_each_call_of_a_library_is_flagged_as_a_suggestion() => Flags(
        """
        class Rates
        {
            public async Task<string> Daily(string url)
            {
                using var client = [|new HttpClient()|];
                return await client.GetStringAsync(url);
            }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_client_for_each_turn_of_a_library_is_flagged() => Flags(
        """
        class Rates
        {
            public async Task All(string[] urls)
            {
                foreach (var url in urls)
                {
                    using var client = [|new HttpClient()|];
                    await client.GetStringAsync(url);
                }
            }
        }
        """);

    [Fact]
    public Task A_client_for_each_request_of_a_program_is_flagged() => Flags(
        """
        using Microsoft.AspNetCore.Builder;
        var app = WebApplication.Create(args);
        app.MapGet("/rates", async () =>
        {
            using var client = [|new HttpClient()|];
            return await client.GetStringAsync("https://rates.example/");
        });
        foreach (var url in args)
        {
            using var client = [|new HttpClient()|];
            await client.GetStringAsync(url);
        }
        app.Run();
        """);

    [Fact]
    public Task A_client_in_a_step_of_a_tool_is_flagged_as_a_suggestion() => Flags(
        """
        class Program
        {
            static async Task Main() => Console.WriteLine(await Download());
            static async Task<string> Download()
            {
                using var client = [|new HttpClient()|];
                return await client.GetStringAsync("https://rates.example/");
            }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_long_lived_client_is_ignored() => Ignores(
        """
        using Microsoft.Extensions.DependencyInjection;
        class Rates
        {
            static readonly HttpClient s_client = new HttpClient();
            static readonly Lazy<HttpClient> s_lazy = new(() => new HttpClient());
            static HttpClient? s_set;
            readonly HttpClient _client;
            HttpClient Shared { get; } = new();
            static Rates() { s_set = new HttpClient(); }
            public Rates(HttpClient? client = null) => _client = client ?? new HttpClient();
            static HttpClient Ready() => s_set ??= new HttpClient();
            void Register(IServiceCollection services)
            {
                services.AddSingleton(new HttpClient());
                services.AddSingleton(_ => new HttpClient());
                services.AddHttpClient("rates");
            }
        }
        """);

    [Fact]
    public Task A_client_that_is_given_away_is_ignored() => Ignores(
        """
        class Github(HttpClient client) { public HttpClient Client => client; }
        class C
        {
            HttpClient Make(string address)
            {
                var client = new HttpClient { BaseAddress = new Uri(address) };
                client.DefaultRequestHeaders.Add("x", "y");
                return client;
            }
            Github Wrap() => new Github(new HttpClient());
            Func<string, Task<string>> Reader()
            {
                var client = new HttpClient();
                return url => client.GetStringAsync(url);
            }
            void Fill(out HttpClient client) => client = new HttpClient();
        }
        """);

    [Fact]
    public Task A_client_over_connections_of_somebody_else_is_ignored() => Ignores(
        """
        class Stub : HttpMessageHandler
        {
            protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken token) => Task.FromResult(new HttpResponseMessage());
        }
        class C(HttpMessageHandler shared, IHttpClientFactory factory)
        {
            static readonly SocketsHttpHandler s_handler = new();
            async Task M(string url)
            {
                using var one = new HttpClient(s_handler, disposeHandler: false);
                using var two = new HttpClient(shared, false);
                using var three = new HttpClient(new Stub());
                using var four = factory.CreateClient();
                using var request = new HttpRequestMessage(HttpMethod.Get, url);
                await one.SendAsync(request);
                await two.GetStringAsync(url);
                await three.GetStringAsync(url);
                await four.GetStringAsync(url);
            }
        }
        """);

    [Fact]
    public Task A_client_for_the_whole_run_is_ignored() => Ignores(
        """
        using Microsoft.Extensions.Hosting;
        using var client = new HttpClient();
        Console.WriteLine(await client.GetStringAsync(args[0]));
        class Worker : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                using var client = new HttpClient();
                while (!stoppingToken.IsCancellationRequested)
                    await client.GetStringAsync("", stoppingToken);
            }
        }
        """);

    [Fact]
    public Task Tests_are_ignored() => Ignores(
        """
        namespace Xunit { public class FactAttribute : Attribute; }
        class RateTests
        {
            [Xunit.Fact]
            public async Task Reads()
            {
                using var client = new HttpClient();
                await client.GetStringAsync("http://localhost");
            }
        }
        """);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        "class C { void M() { HttpClient c = new HttpClie; new HttpClient. ; Use(new HttpClient( }", allowErrors: true);

    private static string Message(string member, string harm) =>
        $"Every call of '{member}' makes its own HttpClient: {harm}; share one client, or take it from IHttpClientFactory";

    [Fact]
    public Task A_client_in_a_field_of_a_controller_is_flagged() => Flags(
        """
        using Microsoft.AspNetCore.Mvc;
        public class Quotes : ControllerBase
        {
            private readonly HttpClient _client = [|new()|];
            public Task<string> Get() => _client.GetStringAsync("https://quotes.example");
        }
        public class Rates : ControllerBase
        {
            private readonly HttpClient _client;
            public Rates() { _client = [|new HttpClient()|]; }
            public Task<string> Get() => _client.GetStringAsync("https://rates.example");
        }
        """);

    [Fact]
    public Task A_client_that_a_controller_shares_or_that_a_service_keeps_is_ignored() => Ignores(
        """
        using Microsoft.AspNetCore.Mvc;
        public class Quotes : ControllerBase
        {
            private static readonly HttpClient s_shared = new();
            private readonly HttpClient _given;
            public Quotes(HttpClient given) => _given = given;
            public async Task<string> Get() => await s_shared.GetStringAsync("https://quotes.example") + await _given.GetStringAsync("/");
        }
        public class Feed
        {
            private readonly HttpClient _client = new();
            public Task<string> Get() => _client.GetStringAsync("https://feed.example");
        }
        """);
}
