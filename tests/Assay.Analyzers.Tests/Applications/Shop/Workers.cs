using System.Threading.Channels;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Shop;

public sealed record StockMessage(Guid Id, int ProductId, int Delta);

public sealed record CreditMessage(Guid Id, int CustomerId, decimal Amount);

/// <summary>Requests write here, the worker below reads.</summary>
public sealed class MailQueue
{
    private readonly Channel<string> _channel = Channel.CreateBounded<string>(new BoundedChannelOptions(1_000) { FullMode = BoundedChannelFullMode.Wait });

    public ChannelReader<string> Reader => _channel.Reader;

    public ValueTask SendAsync(string address, CancellationToken cancellationToken) => _channel.Writer.WriteAsync(address, cancellationToken);
}

/// <summary>Nothing slows the requests down when the printer is slow.</summary>
public sealed class PrintQueue
{
    private readonly Channel<int> _channel = Channel.CreateUnbounded<int>(); // finds ASSAY8002

    public ChannelReader<int> Reader => _channel.Reader;

    public bool Print(int orderId) => _channel.Writer.TryWrite(orderId);
}

/// <summary>Sends mail until the host stops; a mail that fails is logged and counted.</summary>
public sealed class MailWorker(MailQueue queue, IMailClient client, ILogger<MailWorker> logger) : BackgroundService
{
    private int _failed;

    public int Failed => Volatile.Read(ref _failed);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var address in queue.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await client.SendAsync(address, stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                Interlocked.Increment(ref _failed);
                logger.LogError(exception, "Mail to {Address} failed", address);
            }
        }
    }
}

public interface IMailClient
{
    Task SendAsync(string address, CancellationToken cancellationToken);
}

/// <summary>A message that is delivered twice pays twice.</summary>
public sealed class CreditHandler(ShopContext db) : IConsumer<CreditMessage>
{
    public async Task Consume(ConsumeContext<CreditMessage> context)
    {
        var message = context.Message;
        await db.Wallets
            .Where(w => w.CustomerId == message.CustomerId)
            .ExecuteUpdateAsync(w => w.SetProperty(x => x.Balance, x => x.Balance + message.Amount), context.CancellationToken); // finds ASSAY5009
    }
}

/// <summary>The message's identity is stored with what it did, in one transaction.</summary>
public sealed class StockHandler(ShopContext db, TimeProvider clock, ILogger<StockHandler> logger) : IConsumer<StockMessage>
{
    public async Task Consume(ConsumeContext<StockMessage> context)
    {
        var (message, cancellationToken) = (context.Message, context.CancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        db.ProcessedMessages.Add(new ProcessedMessage { MessageId = message.Id, At = clock.GetUtcNow() });
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException exception)
        {
            logger.LogInformation(exception, "Message {Id} was handled before", message.Id);
            return;
        }
        await db.Products
            .Where(p => p.Id == message.ProductId)
            .ExecuteUpdateAsync(p => p.SetProperty(x => x.Stock, x => x.Stock + message.Delta), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}

/// <summary>Every night: figures of the day, each from a scope of its own.</summary>
public sealed class NightlyReport(IServiceScopeFactory scopes, TimeProvider clock, ILogger<NightlyReport> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromHours(24), clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RunAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                logger.LogError(exception, "The report failed, it is tried again tomorrow");
            }
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ShopContext>();
        var since = clock.GetUtcNow().AddDays(-1);
        var orders = await db.Orders.CountAsync(o => o.PlacedAt >= since, cancellationToken);
        var revenue = await db.Orders.Where(o => o.PlacedAt >= since).SumAsync(o => o.Total, cancellationToken);
        logger.LogInformation("{Orders} orders, {Revenue} revenue, computed in {Elapsed}", orders, revenue, clock.GetElapsedTime(started));
    }
}

/// <summary>The context lives as long as the process and is used by every tick.</summary>
public sealed class StockMonitor(ShopContext db, ILogger<StockMonitor> logger) : BackgroundService // finds ASSAY5007
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(5));
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var missing = await db.Products.CountAsync(p => p.Stock == 0, stoppingToken);
            logger.LogInformation("{Missing} products are out of stock", missing);
        }
    }
}

/// <summary>Figures for the dashboard.</summary>
public sealed class Dashboard(ShopContext db, IDbContextFactory<ShopContext> contexts)
{
    /// <summary>Two queries at once on one connection.</summary>
    public async Task<(int Orders, int Customers)> CountAsync(CancellationToken cancellationToken)
    {
        var orders = db.Orders.CountAsync(cancellationToken);
        var customers = db.Customers.CountAsync(cancellationToken); // finds ASSAY5007
        await Task.WhenAll(orders, customers);
        return (await orders, await customers);
    }

    /// <summary>One after the other.</summary>
    public async Task<(int Orders, int Customers)> CountInTurnAsync(CancellationToken cancellationToken)
    {
        var orders = await db.Orders.CountAsync(cancellationToken);
        var customers = await db.Customers.CountAsync(cancellationToken);
        return (orders, customers);
    }

    /// <summary>A context for each.</summary>
    public async Task<int[]> CountPerCategoryAsync(int[] categories, CancellationToken cancellationToken)
    {
        var counts = new int[categories.Length];
        await Parallel.ForAsync(0, categories.Length, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancellationToken }, async (i, token) =>
        {
            await using var own = await contexts.CreateDbContextAsync(token);
            counts[i] = await own.Products.CountAsync(p => p.CategoryId == categories[i], token);
        });
        return counts;
    }
}

/// <summary>Tells warehouses about changed stock.</summary>
public sealed class WarehouseNotifier(HttpClient warehouse, ILogger<WarehouseNotifier> logger) : IDisposable
{
    private readonly SemaphoreSlim _slots = new(8);
    private Timer? _heartbeat;

    /// <summary>As many requests at once as there are warehouses in the message.</summary>
    public async Task NotifyAllAsync(IReadOnlyCollection<Uri> warehouses, CancellationToken cancellationToken)
    {
        await Task.WhenAll(warehouses.Select(async uri => // finds ASSAY8003
        {
            using var response = await warehouse.GetAsync(uri, cancellationToken);
            response.EnsureSuccessStatusCode();
        }));
    }

    /// <summary>Eight at a time.</summary>
    public async Task NotifyThrottledAsync(IReadOnlyCollection<Uri> warehouses, CancellationToken cancellationToken)
    {
        await Task.WhenAll(warehouses.Select(async uri =>
        {
            await _slots.WaitAsync(cancellationToken);
            try
            {
                using var response = await warehouse.GetAsync(uri, cancellationToken);
                response.EnsureSuccessStatusCode();
            }
            finally
            {
                _slots.Release();
            }
        }));
    }

    /// <summary>The collector takes the timer as soon as it likes.</summary>
    public void StartReminder()
    {
        var reminder = new Timer(_ => logger.LogInformation("Stock is counted on Sunday"), null, TimeSpan.FromHours(1), TimeSpan.FromHours(1)); // finds ASSAY8004
        logger.LogDebug("Reminder started: {Reminder}", reminder.GetHashCode());
    }

    public void StartHeartbeat() =>
        _heartbeat = new Timer(_ => logger.LogDebug("Alive"), null, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));

    /// <summary>The linked source stays registered with the caller's token.</summary>
    public async Task<string> PingAsync(Uri uri, CancellationToken cancellationToken)
    {
        var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken); // finds ASSAY8005
        linked.CancelAfter(TimeSpan.FromSeconds(5));
        return await warehouse.GetStringAsync(uri, linked.Token);
    }

    public async Task<string> PingProperlyAsync(Uri uri, CancellationToken cancellationToken)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        linked.CancelAfter(TimeSpan.FromSeconds(5));
        return await warehouse.GetStringAsync(uri, linked.Token);
    }

    public void Dispose()
    {
        _heartbeat?.Dispose();
        _slots.Dispose();
    }
}

/// <summary>Price lists from suppliers.</summary>
public sealed class PriceImport(ILogger<PriceImport> logger, TimeProvider clock)
{
    /// <summary>Each line copies all the lines before it.</summary>
    public static string Describe(IReadOnlyList<Product> products)
    {
        var text = "";
        foreach (var product in products)
            text += product.Name + ": " + product.Price + "\n"; // finds ASSAY8006
        return text;
    }

    /// <summary>The list of known articles is walked for each new one.</summary>
    public static List<string> Unknown(List<string> articles, List<string> known)
    {
        var unknown = new List<string>();
        foreach (var article in articles)
        {
            if (!known.Contains(article)) // finds ASSAY8006
                unknown.Add(article);
        }
        return unknown;
    }

    public static List<string> UnknownFast(List<string> articles, List<string> known)
    {
        var set = known.ToHashSet(StringComparer.Ordinal);
        return articles.Where(a => !set.Contains(a)).ToList();
    }

    /// <summary>The age of a file is a question about two stored times.</summary>
    public bool IsFresh(string path) => clock.GetUtcNow() - File.GetLastWriteTimeUtc(path) < TimeSpan.FromHours(6);

    /// <summary>An adjusted wall clock makes the import negative.</summary>
    public async Task<int> ImportAsync(TextReader reader, CancellationToken cancellationToken)
    {
        var started = DateTimeOffset.UtcNow;
        var lines = 0;
        while (await reader.ReadLineAsync(cancellationToken) is not null)
            lines++;
        var elapsed = DateTimeOffset.UtcNow - started; // finds ASSAY4002
        logger.LogInformation("{Lines} lines in {Elapsed}", lines, elapsed);
        return lines;
    }

    /// <summary>A test of this method waits in real time.</summary>
    public Task PauseAsync(CancellationToken cancellationToken) => Task.Delay(TimeSpan.FromSeconds(30), cancellationToken); // finds ASSAY4003
}
