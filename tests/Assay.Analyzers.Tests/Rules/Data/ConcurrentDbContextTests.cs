using Assay.Analyzers.Rules.Data;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Rules.Data;

public sealed class ConcurrentDbContextTests : RuleTests<ConcurrentDbContext>
{
    private const string Model =
        """

        // ==== Model.cs
        using Microsoft.EntityFrameworkCore;
        public class Product { public int Id { get; set; } public decimal Price { get; set; } }
        public class ShopContext(DbContextOptions<ShopContext> options) : DbContext(options) { public DbSet<Product> Products => Set<Product>(); public DbSet<Product> Others => Set<Product>(); }
        """;

    [Fact]
    public Task Two_tasks_on_one_context_are_flagged() => Flags(
        """
        using Microsoft.EntityFrameworkCore;
        class Dashboard(ShopContext db)
        {
            public async Task<int> LoadAsync()
            {
                var count = {|#0:db.Products.CountAsync()|};
                var list = db.Others.{|ASSAY5007:ToListAsync|}();
                await Task.WhenAll(count, list);
                return await count;
            }
            public async Task InlineAsync()
            {
                await Task.WhenAll({|#1:LoadProductsAsync()|}, {|ASSAY5007:LoadOthersAsync|}());
            }
            private async Task LoadProductsAsync() => await db.Products.LoadAsync();
            private async Task LoadOthersAsync() => await db.Others.LoadAsync();
        }
        """ + Model,
        messages:
        [
            "'ToListAsync' uses 'db' while 'CountAsync' from line 6 is still running on it: a 'ShopContext' serves one call at a time and throws, or mixes up its state; await one before the next, or give each its own",
            "'LoadOthersAsync' uses 'db' while 'LoadProductsAsync' from line 13 is still running on it: a 'ShopContext' serves one call at a time and throws, or mixes up its state; await one before the next, or give each its own",
        ]);

    [Fact]
    public Task Parallel_and_detached_work_is_flagged() => Flags(
        """
        using System.Data.Common;
        using Dapper;
        using Microsoft.EntityFrameworkCore;
        class Import(ShopContext db, DbConnection connection)
        {
            public async Task RunAsync(List<int> ids)
            {
                await Task.WhenAll(ids.Select(async id => { var p = await db.Products.[|FirstAsync|](x => x.Id == id); p.Price++; }));
                await Parallel.ForEachAsync(ids, async (id, ct) => await connection.[|ExecuteAsync|]("DELETE FROM products WHERE id = @id", new { id }));
                Parallel.ForEach(ids, id => db.Products.[|Find|](id));
                _ = Task.Run(async () =>
                {
                    await Task.Delay(1000);
                    await db.[|SaveChangesAsync|]();
                });
            }
        }
        """ + Model);

    [Fact]
    public Task Long_lived_holders_are_flagged() => Flags(
        """
        using Microsoft.Extensions.DependencyInjection;
        using Microsoft.Extensions.Hosting;
        static class Global { static ShopContext? [|s_context|]; public static ShopContext? Current { get => s_context; set => s_context = value; } }
        class Cache(ShopContext [|db|]) { public int Count() => db.Products.Count(); }
        class Worker : BackgroundService
        {
            readonly ShopContext _db;
            public Worker(ShopContext [|db|]) => _db = db;
            protected override Task ExecuteAsync(CancellationToken stoppingToken) => _db.SaveChangesAsync(stoppingToken);
        }
        class Desk(ShopContext db) { public int Count() => db.Products.Count(); }
        static class Startup
        {
            static void Add(IServiceCollection services)
            {
                services.AddSingleton<Cache>();
                services.AddScoped<Desk>();
            }
        }
        """ + Model);

    [Fact]
    public Task One_after_the_other_and_one_for_each_are_ignored() => Ignores(
        """
        using System.Data.Common;
        using Microsoft.EntityFrameworkCore;
        using Microsoft.Extensions.DependencyInjection;
        using Microsoft.Extensions.Hosting;
        class Dashboard(ShopContext db, ShopContext other, IDbContextFactory<ShopContext> factory, IServiceScopeFactory scopes)
        {
            readonly SemaphoreSlim _gate = new(1, 1);
            public async Task<int> LoadAsync(List<int> ids, bool many)
            {
                var count = await db.Products.CountAsync();
                var list = db.Products.ToListAsync();
                await list;
                var task = many ? db.Products.CountAsync() : db.Others.CountAsync();
                await task;
                await Task.WhenAll(db.Products.LoadAsync(), other.Products.LoadAsync());
                await Task.WhenAll(ids.Select(async id =>
                {
                    await using var own = await factory.CreateDbContextAsync();
                    return await own.Products.FirstAsync(p => p.Id == id);
                }));
                await Parallel.ForEachAsync(ids, async (id, ct) =>
                {
                    using var scope = scopes.CreateScope();
                    var own = scope.ServiceProvider.GetRequiredService<ShopContext>();
                    await own.SaveChangesAsync(ct);
                });
                await Task.WhenAll(ids.Select(async id =>
                {
                    await _gate.WaitAsync();
                    try { await db.Products.FirstAsync(p => p.Id == id); }
                    finally { _gate.Release(); }
                }));
                await Task.Run(() => db.Products.Count());
                return count;
            }
        }
        class Worker(IDbContextFactory<ShopContext> factory, IServiceScopeFactory scopes) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                await using var db = await factory.CreateDbContextAsync(stoppingToken);
                await db.SaveChangesAsync(stoppingToken);
            }
        }
        """ + Model);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        """
        using Microsoft.EntityFrameworkCore;
        class Dashboard(ShopContext db)
        {
            static ShopContext
            public async Task LoadAsync()
            {
                var count = db.Products.CountAsync(
                var list = db.Others.
                await Task.WhenAll(count, 
            }
        }
        """ + Model,
        allowErrors: true);

    [Fact]
    public Task Tasks_that_are_gathered_and_awaited_together_are_flagged() => Flags(
        """
        using Microsoft.EntityFrameworkCore;
        class User { public int Id { get; set; } }
        class ShopContext : DbContext { public DbSet<User> Users => Set<User>(); }
        class Users(ShopContext db)
        {
            public async Task Gathered(int[] ids)
            {
                var tasks = new List<Task<User?>>();
                foreach (var id in ids)
                    tasks.Add(db.Users.[|FirstOrDefaultAsync|](u => u.Id == id));
                await Task.WhenAll(tasks);
            }
            public Task<User[]> Selected(int[] ids) => Task.WhenAll(ids.Select(id => db.Users.[|FirstAsync|](u => u.Id == id)));
        }
        """);

    [Fact]
    public Task Gathered_tasks_of_own_contexts_and_awaited_ones_are_ignored() => Ignores(
        """
        using Microsoft.EntityFrameworkCore;
        class User { public int Id { get; set; } }
        class ShopContext : DbContext { public DbSet<User> Users => Set<User>(); }
        class Users(IDbContextFactory<ShopContext> factory, ShopContext db)
        {
            public async Task Own(int[] ids)
            {
                var tasks = new List<Task<int>>();
                foreach (var id in ids)
                {
                    var own = factory.CreateDbContext();
                    tasks.Add(own.Users.CountAsync(u => u.Id == id));
                }
                await Task.WhenAll(tasks);
            }
            public async Task InTurn(int[] ids)
            {
                var users = new List<User>();
                foreach (var id in ids)
                    users.Add(await db.Users.FirstAsync(u => u.Id == id));
            }
        }
        """);
}
