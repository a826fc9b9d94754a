using Assay.Analyzers.Rules.Api;
using Assay.TestKit;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Tests.Rules.Api;

public sealed class ExceptionDetailsToClientTests : RuleTests<ExceptionDetailsToClient>
{
    [Fact]
    public Task Exceptions_in_results_of_actions_are_flagged() => Flags(
        """
        using Microsoft.AspNetCore.Mvc;
        public record Failure(string Text);
        public class OrdersController : ControllerBase
        {
            public IActionResult Get(int id)
            {
                try { return Ok(Load(id)); }
                catch (TimeoutException ex) { return StatusCode(503, [|ex.Message|]); }
                catch (IOException ex) { return BadRequest(new { error = [|ex.Message|] }); }
                catch (HttpRequestException ex) { return Problem(detail: [|ex.ToString()|]); }
                catch (Exception ex)
                {
                    if (id == 1)
                        return StatusCode(500, [|ex|]);
                    if (id == 2)
                        return new ObjectResult(new Failure([|ex.Message|])) { StatusCode = 500 };
                    if (id == 3)
                        return new ContentResult { Content = [|ex.StackTrace|] };
                    var text = "Failed: " + [|ex.InnerException?.Message|];
                    return Content(text);
                }
            }
            string Load(int id) => "";
        }
        """);

    [Fact]
    public Task Exceptions_in_minimal_APIs_and_middleware_are_flagged() => Flags(
        """
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Diagnostics;
        using Microsoft.AspNetCore.Http;
        using Microsoft.AspNetCore.Mvc;
        public static class Startup
        {
            public static void Map(WebApplication app)
            {
                app.MapGet("/orders", () =>
                {
                    try { return Results.Ok(); }
                    catch (Exception ex) { return Results.Problem([|ex.Message|]); }
                });
                app.MapGet("/stock", () =>
                {
                    try { return TypedResults.Text("x"); }
                    catch (Exception ex) { return TypedResults.Text($"Sorry: {[|ex|]}"); }
                });
                app.Run(async context =>
                {
                    var error = context.Features.Get<IExceptionHandlerFeature>()?.Error;
                    await context.Response.WriteAsync([|error?.Message|] ?? "unknown");
                });
            }
        }
        public class Middleware(RequestDelegate next)
        {
            public async Task InvokeAsync(HttpContext context)
            {
                try { await next(context); }
                catch (Exception ex)
                {
                    await context.Response.WriteAsJsonAsync(new ProblemDetails { Title = "Failed", Detail = [|ex.Message|] });
                    var problem = new ProblemDetails();
                    problem.Extensions["trace"] = [|ex.StackTrace|];
                    await context.Response.WriteAsJsonAsync(problem);
                    await WriteAsync(context, ex);
                }
            }
            private static Task WriteAsync(HttpContext context, Exception exception) => context.Response.WriteAsync([|exception.ToString()|]);
        }
        """);

    [Fact]
    public Task Exceptions_in_gRPC_statuses_are_flagged() => Flags(
        """
        using Grpc.Core;
        public class Stock
        {
            public int Count(string sku)
            {
                try { return int.Parse(sku); }
                catch (Exception ex) { throw new RpcException(new Status(StatusCode.Internal, [|ex.Message|])); }
            }
        }
        namespace Grpc.Core
        {
            public enum StatusCode { Internal }
            public readonly struct Status(StatusCode code, string detail) { public string Detail => detail + code; }
            public class RpcException(Status status) : Exception(status.Detail);
        }
        """,
        messages: ["'ex.Message' is sent to the client: what a driver, a file system or another service says about the inside of the program becomes public; log the exception and answer with a text of your own"]);

    [Fact]
    public Task Exceptions_of_hubs_are_flagged_but_not_their_inner_ones() => Flags(
        """
        using Microsoft.AspNetCore.SignalR;
        public class StockHub : Hub
        {
            public int Count(string sku)
            {
                try { return int.Parse(sku); }
                catch (IOException ex) { throw new HubException("Stock " + [|ex.Message|]); }
                catch (Exception ex) { throw new HubException("The stock cannot be read", ex); }
            }
        }
        """);

    [Fact]
    public Task The_way_of_the_detail_is_told() => Flags(
        """
        using Microsoft.AspNetCore.Http;
        public class Handler
        {
            public IResult Handle()
            {
                try { return Results.Ok(); }
                catch (Exception ex)
                {
                    var detail = {|#1:"Failed: " + {|#0:[|ex.ToString()|]|}|};
                    return {|#2:Results.Problem(detail)|};
                }
            }
        }
        """,
        messages: ["'ex.ToString()' is sent to the client: its stack, its inner exceptions and the paths and names in them show how the program is built; log the exception and answer with a text of your own"]);

    [Fact]
    public Task Messages_that_may_be_meant_for_clients_are_suggestions() => Flags(
        """
        using Microsoft.AspNetCore.Mvc;
        public class OrderException(string message) : Exception(message);
        public class OrdersController : ControllerBase
        {
            public IActionResult Get(int id)
            {
                try { return Ok(id); }
                catch (OrderException ex) { return Conflict([|ex.Message|]); }
                catch (ArgumentException ex) { return BadRequest([|ex.Message|]); }
                catch (Exception ex) when (ex is OrderException) { return Conflict([|ex.Message|]); }
            }
        }
        """,
        severity: DiagnosticSeverity.Info,
        messages:
        [
            "'ex.Message' is sent to the client: make sure that each such message is written for clients, and tells nothing about the inside of the program",
            "'ex.Message' is sent to the client: make sure that each such message is written for clients, and tells nothing about the inside of the program",
            "'ex.Message' is sent to the client: make sure that each such message is written for clients, and tells nothing about the inside of the program",
        ]);

    [Fact]
    public Task What_only_developers_see_is_ignored() => Ignores(
        """
        using Microsoft.AspNetCore.Hosting;
        using Microsoft.AspNetCore.Http;
        using Microsoft.Extensions.Hosting;
        public class Options { public bool IncludeExceptionDetails { get; set; } }
        public class Middleware(RequestDelegate next, IHostEnvironment environment, Options options)
        {
            public async Task InvokeAsync(HttpContext context)
            {
                try { await next(context); }
                catch (Exception ex)
                {
                    if (environment.IsDevelopment())
                        await context.Response.WriteAsync(ex.ToString());
                    var detail = environment.IsDevelopment() ? ex.Message : "Something went wrong";
                    await context.Response.WriteAsync(detail);
                    await context.Response.WriteAsync(options.IncludeExceptionDetails ? ex.ToString() : "");
                    await context.Response.WriteAsync(!environment.IsProduction() ? ex.ToString() : "");
                    if (!environment.IsDevelopment())
                        return;
                    await context.Response.WriteAsync(ex.StackTrace ?? "");
                }
            }
        }
        public class DeveloperPage
        {
            public Task ShowAsync(HttpContext context, Exception exception) => context.Response.WriteAsync(exception.ToString());
        }
        """);

    [Fact]
    public Task What_tells_nothing_about_the_exception_is_ignored() => Ignores(
        """
        using Microsoft.AspNetCore.Mvc;
        using Microsoft.Extensions.Logging;
        public class OrdersController(ILogger<OrdersController> logger) : ControllerBase
        {
            public IActionResult Get(int id)
            {
                try { return Ok(new { message = "done", id }); }
                catch (Exception ex)
                {
                    logger.LogError(ex, "Order {Id} failed: {Reason}", id, ex.Message);
                    var reference = Guid.NewGuid();
                    var message = new Message("x");
                    return StatusCode(500, $"Failed, reference {reference}, {ex.HResult}, {message.Text}, {(ex is TimeoutException ? "timeout" : "error")}");
                }
            }
            public record Message(string Text);
        }
        """);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        """
        using Microsoft.AspNetCore.Mvc;
        public class OrdersController : ControllerBase
        {
            public IActionResult Get() { try { return Ok(); } catch (Exception ex) { return StatusCode(500, ex.); return Problem(detail: ; } }
        }
        """, allowErrors: true);
}
