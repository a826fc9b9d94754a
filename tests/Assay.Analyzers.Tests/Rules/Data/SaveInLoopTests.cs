using Assay.Analyzers.Rules.Data;
using Assay.CodeFixes.Rules.Data;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Rules.Data;

public sealed class SaveInLoopTests : RuleTests<SaveInLoop, SaveInLoopFix>
{
    private const string Model =
        """

        // ==== Model.cs
        using Microsoft.EntityFrameworkCore;
        class Product { public int Id { get; set; } public decimal Price { get; set; } public bool IsSold { get; set; } }
        class ShopContext : DbContext { public DbSet<Product> Products => Set<Product>(); }
        """;

    [Fact]
    public Task A_save_for_each_entity_is_flagged() => Flags(
        """
        class Prices(ShopContext db)
        {
            public async Task RaiseAsync(List<Product> products, CancellationToken ct)
            {
                {|#0:foreach|} (var product in products)
                {
                    product.Price *= 1.1m;
                    await db.{|ASSAY5006:SaveChangesAsync|}(ct);
                }
            }
            public void Add(IReadOnlyList<Product> products)
            {
                {|#1:for|} (var i = 0; i < products.Count; i++)
                {
                    db.Products.Add(products[i]);
                    db.{|ASSAY5006:SaveChanges|}();
                }
            }
            public async Task LoadAsync(int[] ids)
            {
                {|#2:foreach|} (var id in ids)
                {
                    var product = await db.Products.FindAsync(id);
                    product!.IsSold = true;
                    await db.{|ASSAY5006:SaveChangesAsync|}().ConfigureAwait(false);
                }
            }
        }
        """ + Model,
        messages:
        [
            "'SaveChangesAsync' runs for each 'product' of this loop: every turn is a round trip and a transaction of its own, and a failure leaves the earlier ones saved; save once after the loop",
            "'SaveChanges' runs for each 'products[i]' of this loop: every turn is a round trip and a transaction of its own, and a failure leaves the earlier ones saved; save once after the loop",
            "'SaveChangesAsync' runs for each 'id' of this loop: every turn is a round trip and a transaction of its own, and a failure leaves the earlier ones saved; save once after the loop",
        ]);

    [Fact]
    public Task Chunks_conditions_and_turns_that_need_their_save_are_ignored() => Ignores(
        """
        using Microsoft.EntityFrameworkCore;
        interface IMail { Task SendAsync(int id); }
        class Prices(ShopContext db, IMail mail)
        {
            public async Task ChunkAsync(List<Product> products)
            {
                foreach (var chunk in products.Chunk(100))
                {
                    db.AddRange(chunk);
                    await db.SaveChangesAsync();
                }
                var count = 0;
                foreach (var product in products)
                {
                    db.Add(product);
                    if (++count % 100 == 0)
                        await db.SaveChangesAsync();
                }
            }
            public async Task PagesAsync()
            {
                for (var page = 0; page < 10; page++)
                {
                    foreach (var product in await db.Products.Skip(page * 100).Take(100).ToListAsync())
                        product.Price++;
                    await db.SaveChangesAsync();
                }
            }
            public async Task EachItsOwnAsync(List<Product> products)
            {
                foreach (var product in products)
                {
                    try
                    {
                        product.Price++;
                        await db.SaveChangesAsync();
                    }
                    catch (DbUpdateException)
                    {
                        db.ChangeTracker.Clear();
                    }
                }
                foreach (var product in products)
                {
                    await using var own = new ShopContext();
                    own.Update(product);
                    await own.SaveChangesAsync();
                }
            }
            public async Task NeededAsync(List<Product> products, IAsyncEnumerable<Product> feed)
            {
                foreach (var product in products)
                {
                    db.Add(product);
                    await db.SaveChangesAsync();
                    await mail.SendAsync(product.Id);
                }
                foreach (var product in products)
                {
                    await mail.SendAsync(product.Id);
                    product.IsSold = true;
                    await db.SaveChangesAsync();
                }
                foreach (var product in products)
                {
                    product.Price = await db.Products.MaxAsync(p => p.Price) + 1;
                    await db.SaveChangesAsync();
                }
                await foreach (var product in feed)
                {
                    db.Add(product);
                    await db.SaveChangesAsync();
                }
                while (products.Count > 0)
                {
                    db.Add(products[0]);
                    products.RemoveAt(0);
                    await db.SaveChangesAsync();
                }
            }
            public async Task OnceAsync(List<Product> products)
            {
                foreach (var product in products)
                    db.Add(product);
                await db.SaveChangesAsync();
            }
        }
        """ + Model);

    [Fact]
    public Task The_save_moves_behind_the_loop() => Fixes(
        """
        class Prices(ShopContext db)
        {
            public async Task RaiseAsync(List<Product> products, CancellationToken ct)
            {
                // All of them.
                foreach (var product in products)
                {
                    if (product.IsSold)
                        continue;
                    product.Price *= 1.1m;
                    await db.[|SaveChangesAsync|](ct);
                }
            }

            public void Add(IReadOnlyList<Product> products)
            {
                for (var i = 0; i < products.Count; i++)
                {
                    db.Products.Add(products[i]);

                    db.[|SaveChanges|]();
                }

                Console.WriteLine("added");
            }
        }
        """ + Model,
        """
        class Prices(ShopContext db)
        {
            public async Task RaiseAsync(List<Product> products, CancellationToken ct)
            {
                // All of them.
                foreach (var product in products)
                {
                    if (product.IsSold)
                        continue;
                    product.Price *= 1.1m;
                }
                await db.SaveChangesAsync(ct);
            }

            public void Add(IReadOnlyList<Product> products)
            {
                for (var i = 0; i < products.Count; i++)
                {
                    db.Products.Add(products[i]);
                }
                db.SaveChanges();

                Console.WriteLine("added");
            }
        }
        """ + Model,
        title: "Save once after the loop");

    [Fact]
    public async Task A_save_that_is_passed_by_or_read_has_no_fix()
    {
        const string Source =
            """
            class Prices(ShopContext db)
            {
                public async Task<int> RaiseAsync(List<Product> products)
                {
                    var saved = 0;
                    foreach (var product in products)
                    {
                        product.Price *= 1.1m;
                        saved += await db.[|SaveChangesAsync|]();
                    }
                    foreach (var product in products)
                    {
                        if (product.IsSold)
                            return saved;
                        product.Price *= 1.1m;
                        await db.[|SaveChangesAsync|]();
                    }
                    return saved;
                }
            }
            """ + Model;
        await Fixes(Source, Source);
    }

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        """
        class Prices(ShopContext db)
        {
            public async Task RaiseAsync(List<Product> products)
            {
                foreach (var product in )
                {
                    product.Price *= ;
                    if (product.
                    await db.SaveChangesAsync(
                }
            }
        }
        """ + Model,
        allowErrors: true);

    [Fact]
    public async Task A_save_in_a_ForEach_or_a_private_method_of_each_turn_has_no_fix()
    {
        const string Source =
            """
            using Microsoft.EntityFrameworkCore;
            class Product { public int Id { get; set; } }
            class ShopContext : DbContext { public DbSet<Product> Products => Set<Product>(); }
            class Import(ShopContext db)
            {
                public void Sync(List<Product> products) => products.ForEach(p => { db.Products.Add(p); db.[|SaveChanges|](); });
                public async Task Run(IEnumerable<Product> products)
                {
                    foreach (var product in products)
                        await Store(product);
                }
                private async Task Store(Product product)
                {
                    db.Products.Add(product);
                    await db.[|SaveChangesAsync|]();
                }
            }
            """;
        await Flags(Source);
        await Fixes(Source, Source);
    }

    [Fact]
    public Task Private_methods_that_save_for_others_or_do_more_are_ignored() => Ignores(
        """
        using Microsoft.EntityFrameworkCore;
        class Order { public int Id { get; set; } public bool IsSent { get; set; } }
        class ShopContext : DbContext { public DbSet<Order> Orders => Set<Order>(); }
        interface IBus { Task Publish(object message); }
        class Import(ShopContext db, IBus bus)
        {
            public Task One(Order order) => Store(order);
            public async Task Many(List<Order> orders) { foreach (var order in orders) await Store(order); }
            private async Task Store(Order order) { db.Orders.Add(order); await db.SaveChangesAsync(); }
            public async Task SendAll(List<Order> orders) { foreach (var order in orders) await Send(order); }
            private async Task Send(Order order) { await bus.Publish(order); order.IsSent = true; await db.SaveChangesAsync(); }
            public async Task TryAll(List<Order> orders) { foreach (var order in orders) await TryStore(order); }
            private async Task TryStore(Order order) { try { order.IsSent = true; await db.SaveChangesAsync(); } catch (DbUpdateException) { } }
        }
        """);
}
