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
}
