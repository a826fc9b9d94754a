using Assay.Analyzers.Rules.Data;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Rules.Data;

public sealed class QueryInLoopTests : RuleTests<QueryInLoop>
{
    [Fact]
    public Task Queries_and_requests_for_each_element_are_flagged() => Flags(
        """
        using System.Data.Common;
        using System.Net.Http.Json;
        using Dapper;
        using Microsoft.EntityFrameworkCore;
        class Product { public int Id { get; set; } public decimal Price { get; set; } }
        class Line { public int ProductId { get; set; } public decimal Price { get; set; } }
        class ShopContext : DbContext { public DbSet<Product> Products => Set<Product>(); }
        class Prices(ShopContext db, DbConnection connection, HttpClient http)
        {
            public async Task FillAsync(List<Line> lines)
            {
                {|#0:foreach|} (var line in lines)
                {
                    var product = await db.Products.{|ASSAY5005:FirstAsync|}(p => p.Id == line.ProductId);
                    line.Price = product.Price;
                }
                {|#1:foreach|} (var line in lines)
                    line.Price = await connection.{|ASSAY5005:QuerySingleAsync<decimal>|}("SELECT price FROM products WHERE id = @id", new { id = line.ProductId });
                {|#2:foreach|} (var line in lines)
                {
                    var id = line.ProductId;
                    line.Price = await http.{|ASSAY5005:GetFromJsonAsync<decimal>|}($"prices/{id}");
                }
                {|#3:foreach|} (var line in lines)
                {
                    using var command = connection.CreateCommand();
                    command.CommandText = "SELECT price FROM products WHERE id = " + line.ProductId;
                    line.Price = (decimal)command.{|ASSAY5005:ExecuteScalar|}()!;
                }
            }
        }
        """,
        messages:
        [
            "'FirstAsync' runs for each 'line' of this loop, one round trip after the other: ask once before the loop for all keys ('Contains'), and look the results up here",
            "'QuerySingleAsync' runs for each 'line' of this loop, one round trip after the other: ask once before the loop for all keys ('IN', '= ANY'), and look the results up here",
            "'GetFromJsonAsync' runs for each 'line' of this loop, one round trip after the other: ask for all at once where the service allows it, or for a few at a time",
            "'ExecuteScalar' runs for each 'line' of this loop, one round trip after the other: ask once before the loop for all keys ('IN', '= ANY'), and look the results up here",
        ]);

    [Fact]
    public Task Batches_pages_searches_and_caches_are_ignored() => Ignores(
        """
        using Microsoft.EntityFrameworkCore;
        class Product { public int Id { get; set; } public decimal Price { get; set; } }
        class ShopContext : DbContext { public DbSet<Product> Products => Set<Product>(); }
        class Prices(ShopContext db, HttpClient http)
        {
            private readonly Dictionary<int, Product> _cache = [];
            public async Task BatchesAsync(List<int> ids)
            {
                foreach (var chunk in ids.Chunk(100))
                    await db.Products.Where(p => chunk.Contains(p.Id)).ToListAsync();
                var products = await db.Products.Where(p => ids.Contains(p.Id)).ToDictionaryAsync(p => p.Id);
                foreach (var id in ids)
                    Console.WriteLine(products[id].Price);
                foreach (var product in await db.Products.Where(p => p.Price > 0).ToListAsync())
                    Console.WriteLine(product.Price);
            }
            public async Task PagesAsync()
            {
                for (var page = 0; page < 10; page++)
                    await db.Products.Skip(page * 100).Take(100).ToListAsync();
            }
            public async Task<string?> SearchAsync(List<string> hosts)
            {
                foreach (var host in hosts)
                {
                    var answer = await http.GetStringAsync(host);
                    if (answer.Length > 0)
                        return answer;
                }
                return null;
            }
            public async Task CachedAsync(List<int> ids)
            {
                foreach (var id in ids)
                {
                    if (!_cache.TryGetValue(id, out var product))
                        _cache[id] = await db.Products.FirstAsync(p => p.Id == id);
                }
                foreach (var region in new[] { "eu", "us" })
                    await http.GetStringAsync(region);
            }
            public async Task UnkeyedAsync(List<int> ids, IAsyncEnumerable<int> feed)
            {
                foreach (var id in ids)
                    Console.WriteLine(id + await db.Products.CountAsync());
                await foreach (var id in feed)
                    await db.Products.FirstAsync(p => p.Id == id);
                foreach (var id in ids)
                {
                    await http.GetStringAsync("products/" + id);
                    await Task.Delay(1000);
                }
                foreach (var list in new List<List<Product>>())
                    Console.WriteLine(list.First(p => p.Id > list.Count));
            }
        }
        """);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        """
        using Microsoft.EntityFrameworkCore;
        class Product { public int Id { get; set; } }
        class ShopContext : DbContext { public DbSet<Product> Products => Set<Product>(); }
        class Prices(ShopContext db)
        {
            public async Task FillAsync(List<int> ids)
            {
                foreach (var id in 
                    await db.Products.FirstAsync(p => p.Id ==
                foreach (var in ids)
                    db.Products.First(p => p.
            }
        }
        """,
        allowErrors: true);

    [Fact]
    public Task Indexed_loops_readers_LINQ_and_private_methods_are_flagged() => Flags(
        """
        using System.Data.Common;
        using Microsoft.EntityFrameworkCore;
        class Order { public int Id { get; set; } public string Mail { get; set; } = ""; public bool IsSent { get; set; } }
        class User { public int Id { get; set; } public string Mail { get; set; } = ""; public string Name { get; set; } = ""; }
        class ShopContext : DbContext { public DbSet<Order> Orders => Set<Order>(); public DbSet<User> Users => Set<User>(); }
        class Reports(ShopContext db, DbConnection first, DbConnection second)
        {
            public List<User> Indexed(IList<int> ids)
            {
                var users = new List<User>();
                for (var i = 0; i < ids.Count; i++)
                    users.Add(db.Users.[|Find|](ids[i])!);
                return users;
            }
            public async Task Rows()
            {
                await using var orders = first.CreateCommand();
                orders.CommandText = "SELECT id FROM orders";
                await using var reader = await orders.ExecuteReaderAsync();
                while (await reader.ReadAsync())
                {
                    var id = reader.GetInt32(0);
                    await using var sum = second.CreateCommand();
                    sum.CommandText = $"SELECT sum(price) FROM lines WHERE order_id = {id}";
                    Console.WriteLine(await sum.[|ExecuteScalarAsync|]());
                }
            }
            public List<User> Selected(IList<int> ids) => ids.Select(id => db.Users.[|Single|](u => u.Id == id)).ToList();
            public async Task Names(List<Order> orders)
            {
                foreach (var order in orders)
                    Console.WriteLine(await NameOf(order.Mail));
            }
            private async Task<string> NameOf(string mail) => (await db.Users.[|FirstAsync|](u => u.Mail == mail)).Name;
        }
        """);

    [Fact]
    public Task Queries_that_are_remembered_shared_sent_together_or_part_of_one_are_ignored() => Ignores(
        """
        using Microsoft.EntityFrameworkCore;
        class Order { public int Id { get; set; } public string Mail { get; set; } = ""; public bool IsSent { get; set; } }
        class User { public int Id { get; set; } public string Mail { get; set; } = ""; public string Name { get; set; } = ""; }
        class ShopContext : DbContext { public DbSet<Order> Orders => Set<Order>(); public DbSet<User> Users => Set<User>(); }
        class Reports(ShopContext db, HttpClient http)
        {
            private readonly Dictionary<string, string> _names = new();
            public async Task Cached(List<Order> orders) { foreach (var order in orders) Console.WriteLine(await NameOf(order.Mail)); }
            private async Task<string> NameOf(string mail)
            {
                if (_names.TryGetValue(mail, out var name))
                    return name;
                return _names[mail] = (await db.Users.FirstAsync(u => u.Mail == mail)).Name;
            }
            public async Task Both(List<Order> orders, int id)
            {
                foreach (var order in orders)
                    Console.WriteLine(await Load(order.Id));
                Console.WriteLine(await Load(id));
            }
            private async Task<string> Load(int id) => (await db.Users.FirstAsync(u => u.Id == id)).Name;
            public IQueryable<string> Joined() => db.Orders.Select(o => db.Users.First(u => u.Mail == o.Mail).Name);
            public async Task<string[]> Together(int[] ids) => await Task.WhenAll(ids.Select(async id => await http.GetStringAsync("users/" + id)));
            public string[] InMemory(List<User> users, int[] ids) => ids.Select(id => users.Single(u => u.Id == id).Name).ToArray();
            public async Task Batches(int[] ids)
            {
                for (var i = 0; i < ids.Length; i += 100)
                {
                    var part = ids.Skip(i).Take(100).ToArray();
                    await db.Users.Where(u => part.Contains(u.Id)).ToListAsync();
                }
            }
        }
        """);
}
