using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Shop;

public sealed record ProductView(int Id, string Name, decimal Price);

public sealed record NewSubscription(string Email);

public sealed record Restock(int ProductId, int Quantity);

/// <summary>The shop's HTTP interface.</summary>
public static class Endpoints
{
    private const int LargestPage = 200;

    public static IEndpointRouteBuilder MapShop(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/shop");
        group.MapGet("/products", ListAsync);
        group.MapGet("/products/{id:int}", GetAsync);
        group.MapPost("/orders", PlaceAsync);
        group.MapPost("/restock", RestockAsync);
        group.MapGet("/rates", RatesAsync);
        group.MapGet("/rates/quick", RatesWithTimeoutAsync);
        group.MapGet("/slots", Slots);
        group.MapGet("/slots/checked", CheckedSlots);
        group.MapPost("/import", ImportAsync);
        return app;
    }

    private static async Task<Ok<List<ProductView>>> ListAsync(ShopContext db, int page, int size, CancellationToken cancellationToken)
    {
        var take = Math.Clamp(size, 1, LargestPage);
        var skip = Math.Max(page, 0) * take;
        var products = await db.Products.AsNoTracking()
            .Where(p => p.IsListed)
            .OrderBy(p => p.Id)
            .Skip(skip)
            .Take(take)
            .Select(p => new ProductView(p.Id, p.Name, p.Price))
            .ToListAsync(cancellationToken);
        return TypedResults.Ok(products);
    }

    private static async Task<Results<Ok<ProductView>, NotFound>> GetAsync(int id, ShopContext db, CancellationToken cancellationToken)
    {
        var product = await db.Products.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, cancellationToken);
        return product is null ? TypedResults.NotFound() : TypedResults.Ok(new ProductView(product.Id, product.Name, product.Price));
    }

    private static async Task<IResult> PlaceAsync(PlaceOrder request, OrderService orders, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        try
        {
            return await orders.PlaceAsync(request, cancellationToken) switch
            {
                OrderResult.Placed placed => Results.Created($"/shop/orders/{placed.OrderId}", null),
                OrderResult.Refused refused => Results.Problem(detail: refused.Reason, statusCode: StatusCodes.Status409Conflict),
                _ => Results.StatusCode(StatusCodes.Status500InternalServerError),
            };
        }
        catch (DbUpdateException exception)
        {
            loggers.CreateLogger(nameof(Endpoints)).LogError(exception, "Order of customer {Customer} failed", request.CustomerId);
            return Results.Problem(detail: exception.Message, statusCode: StatusCodes.Status500InternalServerError); // finds ASSAY6001
        }
    }

    /// <summary>A negative restock takes stock away, a huge one overflows it.</summary>
    private static async Task<IResult> RestockAsync(Restock request, ShopContext db, CancellationToken cancellationToken)
    {
        await db.Products.Where(p => p.Id == request.ProductId)
            .ExecuteUpdateAsync(p => p.SetProperty(x => x.Stock, x => x.Stock + request.Quantity), cancellationToken); // finds ASSAY6005
        return Results.NoContent();
    }

    /// <summary>The bank may take its time, and the caller has gone.</summary>
    private static async Task<string> RatesAsync(HttpClient bank) =>
        await bank.GetStringAsync("rates"); // finds ASSAY6003

    private static async Task<string> RatesWithTimeoutAsync(HttpClient bank, CancellationToken cancellationToken) =>
        await bank.GetStringAsync("rates", cancellationToken);

    /// <summary>The caller chooses how much memory is taken.</summary>
    private static IResult Slots(int count)
    {
        var slots = new string[count]; // finds ASSAY6005
        Array.Fill(slots, "free");
        return Results.Ok(slots);
    }

    private static IResult CheckedSlots(int count)
    {
        if (count is < 1 or > 500)
            return Results.BadRequest("count is 1 to 500");
        var slots = new string[count];
        Array.Fill(slots, "free");
        return Results.Ok(slots);
    }

    /// <summary>Development shows the trace, production only an identifier.</summary>
    private static async Task<IResult> ImportAsync(HttpRequest request, InvoiceImport import, IHostEnvironment environment, ILogger<InvoiceImport> logger, CancellationToken cancellationToken)
    {
        try
        {
            using var reader = new StreamReader(request.Body);
            var imported = await import.ReadAsync(reader, cancellationToken);
            return Results.Ok(new { imported });
        }
        catch (FormatException exception)
        {
            logger.LogWarning(exception, "An import was refused");
            return environment.IsDevelopment()
                ? Results.Problem(detail: exception.ToString(), statusCode: StatusCodes.Status400BadRequest)
                : Results.Problem(detail: "The file is not an invoice.", statusCode: StatusCodes.Status400BadRequest);
        }
    }
}

/// <summary>Reads invoices line by line; what cannot be read is collected and reported.</summary>
public sealed class InvoiceImport(ILogger<InvoiceImport> logger)
{
    private readonly List<string> _rejected = [];

    public IReadOnlyList<string> Rejected => _rejected;

    public async Task<int> ReadAsync(TextReader reader, CancellationToken cancellationToken)
    {
        var invoice = new Invoice { Number = "import" };
        while (await reader.ReadLineAsync(cancellationToken) is { } record)
        {
            try
            {
                invoice.Add(InvoiceReader.Read(record));
            }
            catch (FormatException exception)
            {
                logger.LogWarning(exception, "Record {Record} was rejected", record);
                _rejected.Add(record);
            }
        }
        return invoice.Lines.Count;
    }

    /// <summary>A record that fails is gone without a trace.</summary>
    public static Invoice ReadWhatWorks(IEnumerable<string> records)
    {
        var invoice = new Invoice { Number = "import" };
        foreach (var record in records)
        {
            try
            {
                invoice.Add(InvoiceReader.Read(record));
            }
            catch (Exception) // finds ASSAY3005
            {
                continue;
            }
        }
        return invoice;
    }
}

/// <summary>The last resort of a request: a page without details.</summary>
public sealed class ErrorMiddleware(RequestDelegate next, ILogger<ErrorMiddleware> logger, IWebHostEnvironment environment)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            logger.LogError(exception, "Request {Path} failed", context.Request.Path);
            if (context.Response.HasStarted)
                throw;
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            if (environment.IsDevelopment())
            {
                await context.Response.WriteAsync(exception.ToString(), context.RequestAborted);
                return;
            }
            await context.Response.WriteAsync("Something went wrong: " + context.TraceIdentifier, context.RequestAborted);
        }
    }
}

/// <summary>The former middleware, which told the world about the database.</summary>
public sealed class TalkativeMiddleware(RequestDelegate next, ILogger<TalkativeMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            logger.LogError(exception, "Request {Path} failed", context.Request.Path);
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            await context.Response.WriteAsync($"Error: {exception.StackTrace}", context.RequestAborted); // finds ASSAY6001
        }
    }
}
