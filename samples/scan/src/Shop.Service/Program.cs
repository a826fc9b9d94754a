using Microsoft.EntityFrameworkCore;
using Shop.Domain;
using Shop.Service;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddDbContext<ShopContext>(options => options.UseSqlite(builder.Configuration.GetConnectionString("Shop") ?? "Data Source=shop.db"));
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddSingleton<StockLedger>();
builder.Services.AddSingleton<QuoteBook>();
builder.Services.AddHttpClient<IPaymentGateway, HttpPaymentGateway>(http => http.BaseAddress = new Uri("https://payments.example/"));
builder.Services.AddHttpClient<ReceiptMailer>(http => http.BaseAddress = new Uri("https://mail.example/"));
builder.Services.AddScoped<CheckoutService>();
builder.Services.AddScoped<SettlementImport>();
builder.Services.AddScoped<OrderSearch>();
builder.Services.AddScoped<MailDesk>();
builder.Services.AddScoped<LoyaltyDesk>();
builder.Services.AddScoped<GiftCards>();
builder.Services.AddHostedService<ShippingWorker>();

var app = builder.Build();

app.MapPost("/orders", async (NewOrder order, CheckoutService checkout, CancellationToken cancellationToken) =>
    await checkout.CheckoutAsync(order.Customer, order.Sku, order.Quantity, cancellationToken) is { } placed
        ? Results.Created($"/orders/{placed.Id}", placed)
        : Results.Conflict("out of stock"));

app.MapGet("/orders/{id:guid}", async (Guid id, CheckoutService checkout, CancellationToken cancellationToken) =>
    Results.Text(await checkout.StatusAsync(id, cancellationToken)));

app.MapPost("/settlements", async (string path, SettlementImport import, CancellationToken cancellationToken) =>
    Results.Ok(await import.ImportAsync(path, cancellationToken)));

app.MapGet("/rates/{currency}", async (string currency, IHttpClientFactory clients) =>
    Results.Text(await clients.CreateClient("rates").GetStringAsync($"https://rates.example/{currency}")));

app.MapMails();

await app.RunAsync();

internal sealed record NewOrder(string Customer, string Sku, int Quantity);
