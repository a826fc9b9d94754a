using Assay.Analyzers.Rules.Api;
using Assay.CodeFixes.Rules.Api;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Rules.Api;

public sealed class UntimedOutboundCallTests : RuleTests<UntimedOutboundCall, UntimedOutboundCallFix>
{
    private const string Grpc = """
        // ==== Grpc.cs
        namespace Grpc.Core
        {
            public abstract class ClientBase { }
            public class AsyncUnaryCall<T> { public System.Runtime.CompilerServices.TaskAwaiter<T> GetAwaiter() => default; }
        }
        class StockClient : Grpc.Core.ClientBase
        {
            public Grpc.Core.AsyncUnaryCall<int> CountAsync(string sku, DateTime? deadline = null, CancellationToken cancellationToken = default) => new();
        }
        // ==== MassTransit.cs
        namespace MassTransit
        {
            public interface ConsumeContext<T> { T Message { get; } CancellationToken CancellationToken { get; } }
            public interface IConsumer<T> { Task Consume(ConsumeContext<T> context); }
        }

        """;

    [Fact]
    public Task A_call_of_a_mapped_handler_without_a_token_is_flagged() => Flags(
        """
        using Microsoft.AspNetCore.Builder;
        using Microsoft.EntityFrameworkCore;
        class Order { public int Id { get; set; } }
        class Shop : DbContext { public DbSet<Order> Orders => Set<Order>(); }
        static class Endpoints
        {
            public static void Map(WebApplication app)
            {
                app.MapGet("/rates", async (HttpClient client) => await client.[|GetStringAsync|]("https://rates.example/"));
                app.MapGet("/orders", async (Shop shop) => await shop.Orders.[|ToListAsync|]());
                app.MapGet("/stock", async (StockClient client) => await client.[|CountAsync|]("a"));
                app.MapPost("/orders", AddAsync);
            }
            static async Task AddAsync(Order order, Shop shop)
            {
                shop.Orders.Add(order);
                await shop.[|SaveChangesAsync|]();
            }
        }

        """ + Grpc,
        messages:
        [
            Message("GetStringAsync", "for up to 100 seconds", "the other service"),
            Message("ToListAsync", "for up to 30 seconds", "the database"),
            Message("CountAsync", "without end", "the other service"),
            Message("SaveChangesAsync", "for up to 30 seconds", "the database"),
        ]);

    [Fact]
    public Task A_call_of_a_message_handler_without_a_token_is_flagged() => Flags(
        """
        class Placed { }
        class PlacedConsumer(HttpClient client) : MassTransit.IConsumer<Placed>
        {
            public async Task Consume(MassTransit.ConsumeContext<Placed> context) => await client.[|GetStringAsync|]("https://mail.example/");
        }

        """ + Grpc);

    [Fact]
    public Task A_bounded_call_is_ignored() => Ignores(
        """
        using Microsoft.AspNetCore.Builder;
        class Placed { }
        class PlacedConsumer(HttpClient client) : MassTransit.IConsumer<Placed>
        {
            public async Task Consume(MassTransit.ConsumeContext<Placed> context) => await client.GetStringAsync("https://mail.example/", context.CancellationToken);
        }
        static class Endpoints
        {
            public static void Map(WebApplication app)
            {
                app.MapGet("/a", async (HttpClient client, CancellationToken stop) => await client.GetStringAsync("https://rates.example/", stop));
                app.MapGet("/b", async (HttpClient client) => await client.GetStringAsync("https://rates.example/").WaitAsync(TimeSpan.FromSeconds(1)));
                app.MapGet("/c", async (StockClient client) => await client.CountAsync("a", deadline: DateTime.UtcNow.AddSeconds(1)));
                app.MapGet("/d", async (string path) => await File.ReadAllTextAsync(path));
            }
        }

        """ + Grpc);

    [Fact]
    public Task A_token_that_is_in_scope_is_the_business_of_another_rule() => Ignores(
        """
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;
        using Microsoft.AspNetCore.Mvc;
        class Rates(HttpClient client) : ControllerBase
        {
            public async Task<string> Get() => await client.GetStringAsync("https://rates.example/");
        }
        static class Endpoints
        {
            public static void Map(WebApplication app)
            {
                app.MapGet("/a", async (HttpClient client, CancellationToken stop) => await client.GetStringAsync("https://rates.example/"));
                app.MapGet("/b", async (HttpClient client, HttpContext context) => await client.GetStringAsync("https://rates.example/"));
            }
        }
        """);

    [Fact]
    public Task Code_beside_requests_is_ignored() => Ignores(
        """
        using Microsoft.AspNetCore.Builder;
        class Import(HttpClient client)
        {
            public async Task<string> RunAsync() => await client.GetStringAsync("https://rates.example/");
        }
        static class Endpoints
        {
            public static async Task Map(WebApplication app, HttpClient client)
            {
                var names = await client.GetStringAsync("https://names.example/");
                app.MapGet("/a", () => names);
            }
        }
        """);

    [Fact]
    public Task Configured_clients_are_ignored() => Ignores(
        """
        using Microsoft.AspNetCore.Builder;
        using Microsoft.Extensions.DependencyInjection;
        static class Endpoints
        {
            public static void Map(WebApplicationBuilder builder, WebApplication app)
            {
                builder.Services.AddHttpClient("rates", client => client.Timeout = TimeSpan.FromSeconds(2));
                app.MapGet("/rates", async (HttpClient client) => await client.GetStringAsync("https://rates.example/"));
            }
        }
        """);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        "using Microsoft.AspNetCore.Builder; class C { void M(WebApplication app) { app.MapGet(\"/\", async (HttpClient c) => await c.GetStringAsyn(; app.MapGet( } }", allowErrors: true);

    [Fact]
    public Task The_handler_takes_the_token() => Fixes(
        """
        using Microsoft.AspNetCore.Builder;
        static class Endpoints
        {
            public static void Map(WebApplication app)
            {
                // Today's rates.
                app.MapGet("/rates", async (HttpClient client) => await client.[|GetStringAsync|]("https://rates.example/"));
                app.MapGet("/both", async () =>
                {
                    using var client = Make();
                    var first = await client.[|GetStringAsync|]("https://rates.example/1"); // once
                    return first + await client.[|GetStringAsync|]("https://rates.example/2");
                });
            }
            static HttpClient Make() => new();
        }
        """,
        """
        using Microsoft.AspNetCore.Builder;
        static class Endpoints
        {
            public static void Map(WebApplication app)
            {
                // Today's rates.
                app.MapGet("/rates", async (HttpClient client, CancellationToken cancellationToken) => await client.GetStringAsync("https://rates.example/", cancellationToken));
                app.MapGet("/both", async (CancellationToken cancellationToken) =>
                {
                    using var client = Make();
                    var first = await client.GetStringAsync("https://rates.example/1", cancellationToken); // once
                    return first + await client.GetStringAsync("https://rates.example/2", cancellationToken);
                });
            }
            static HttpClient Make() => new();
        }
        """,
        title: "Take the token of the request and pass it on");

    [Fact]
    public Task A_mapped_method_stays_as_it_is()
    {
        const string Source = """
            using Microsoft.AspNetCore.Builder;
            static class Endpoints
            {
                public static void Map(WebApplication app) => app.MapGet("/rates", ReadAsync);
                static async Task<string> ReadAsync(HttpClient client) => await client.[|GetStringAsync|]("https://rates.example/");
            }
            """;
        return Fixes(Source, Source);
    }

    private static string Message(string call, string howLong, string other) =>
        $"'{call}' goes on {howLong} after the client of this request has left: while {other} is slow, such calls pile up; take a CancellationToken and pass it on, or set a timeout";
}
