using Assay.Analyzers.Rules.Data;
using Assay.CodeFixes.Rules.Data;
using Assay.TestKit;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Tests.Rules.Data;

public sealed class EntityReadCheckWriteTests : RuleTests<EntityReadCheckWrite, EntityReadCheckWriteFix>
{
    [Fact]
    public Task A_checked_and_a_computed_value_are_flagged() => Flags(
        """
        using Microsoft.EntityFrameworkCore;
        class Product { public int Id { get; set; } public int Stock { get; set; } public OrderState State { get; set; } }
        enum OrderState { Open, Paid }
        class ShopContext : DbContext { public DbSet<Product> Products => Set<Product>(); }
        class Checkout(ShopContext db)
        {
            public async Task<bool> ReserveAsync(int id, int quantity, CancellationToken ct)
            {
                var product = await {|#0:db.Products.FirstOrDefaultAsync(p => p.Id == id, ct)|};
                if (product is null || product.Stock < quantity)
                    return false;
                {|ASSAY5001:product.Stock -= quantity|};
                await db.SaveChangesAsync(ct);
                return true;
            }
            public async Task PayAsync(int id)
            {
                var product = await {|#1:db.Products.FindAsync(id)|} ?? throw new InvalidOperationException();
                if (product.State != OrderState.Open)
                    throw new InvalidOperationException();
                {|ASSAY5001:product.State = OrderState.Paid|};
                await db.SaveChangesAsync();
            }
        }
        """,
        messages:
        [
            "'Stock' of 'Product' was read at line 9 and nothing notices when another request changes it before the save at line 13: two requests that read the same value both compute from it, and the second save overwrites the first",
            "'State' of 'Product' was read at line 18 and nothing notices when another request changes it before the save at line 22: two requests that read the same value both pass the check, and the second save overwrites the first",
        ]);

    [Fact]
    public Task All_ways_to_load_and_to_write_are_flagged() => Flags(
        """
        using Microsoft.EntityFrameworkCore;
        class Product { public int Id { get; set; } public int Stock { get; set; } public int Views { get; set; } public int? Holder { get; set; } public bool IsOpen { get; set; } public Shelf Shelf { get; set; } = null!; }
        class Shelf { public int Id { get; set; } public int Free { get; set; } }
        class ShopContext : DbContext { public DbSet<Product> Products => Set<Product>(); public DbSet<Shelf> Shelves => Set<Shelf>(); }
        class Desk(ShopContext db)
        {
            public void Sync(int id)
            {
                var product = db.Products.Include(p => p.Shelf).Single(p => p.Id == id);
                [|product.Views++|];
                [|product.Shelf.Free -= 1|];
                db.SaveChanges();
            }
            public async Task PatternAsync(int id, int user)
            {
                if (await db.FindAsync<Product>(id) is not { } product)
                    return;
                if (product.Holder is not null)
                    throw new InvalidOperationException("taken");
                [|product.Holder = user|];
                await db.SaveChangesAsync();
            }
            public async Task AliasAsync(int id, int quantity)
            {
                var product = await db.Set<Product>().Where(p => p.Id == id).SingleAsync();
                var left = product.Stock - quantity;
                if (left >= 0)
                {
                    [|product.Stock = left|];
                    await db.SaveChangesAsync();
                }
            }
            public async Task UntrackedAsync(int id)
            {
                var product = await db.Products.AsNoTracking().FirstAsync(p => p.Id == id);
                [|product.Stock = product.Stock + 1|];
                db.Update(product);
                await db.SaveChangesAsync();
            }
            public async Task QueryVariableAsync(int id)
            {
                IQueryable<Product> query = db.Products.Where(p => p.Id == id);
                var product = await query.FirstAsync().ConfigureAwait(false);
                [|product.IsOpen = !product.IsOpen|];
                await db.SaveChangesAsync().ConfigureAwait(false);
            }
            public async Task LinesAsync(IReadOnlyList<int> ids)
            {
                foreach (var id in ids)
                {
                    var product = await db.Products.FindAsync(id);
                    if (product!.Stock < 1)
                        return;
                    [|product.Stock--|];
                }
                await db.SaveChangesAsync();
            }
        }
        """);

    [Fact]
    public Task Private_members_and_repositories_are_followed() => Flags(
        """
        using Microsoft.EntityFrameworkCore;
        class Account
        {
            public int Id { get; set; }
            public decimal Balance { get; private set; }
            public bool CanPay(decimal amount) => Balance >= amount;
            public void Withdraw(decimal amount)
            {
                if (Balance < amount)
                    throw new InvalidOperationException();
                Balance -= amount;
            }
        }
        class BankContext : DbContext { public DbSet<Account> Accounts => Set<Account>(); }
        interface IAccounts { Task<Account?> GetAsync(int id); Task SaveAsync(); }
        class Accounts(BankContext db) : IAccounts
        {
            public async Task<Account?> GetAsync(int id) => await db.Accounts.FirstOrDefaultAsync(a => a.Id == id);
            public async Task SaveAsync() => await db.SaveChangesAsync();
        }
        class Payments(BankContext db, IAccounts accounts)
        {
            public async Task PayAsync(int id, decimal amount)
            {
                var account = await {|#0:LoadAsync(id)|};
                {|ASSAY5001:account.Withdraw(amount)|};
                await SaveAsync();
            }
            public async Task RepositoryAsync(int id, decimal amount)
            {
                var account = await {|#1:accounts.GetAsync(id)|};
                if (account is null)
                    return;
                {|ASSAY5001:account.Withdraw(amount)|};
                await accounts.SaveAsync();
            }
            private async Task<Account> LoadAsync(int id)
            {
                var found = await db.Accounts.FindAsync(id);
                return found ?? throw new InvalidOperationException();
            }
            private Task SaveAsync() => db.SaveChangesAsync();
        }
        """);

    [Fact]
    public Task A_handler_of_a_program_is_flagged() => Flags(
        """
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;
        using Microsoft.EntityFrameworkCore;
        var app = WebApplication.CreateBuilder(args).Build();
        app.MapPost("/likes/{id}", async (int id, BlogContext db) =>
        {
            var post = await db.Posts.FindAsync(id);
            if (post is null)
                return Results.NotFound();
            [|post.Likes += 1|];
            await db.SaveChangesAsync();
            return Results.Ok();
        });
        class Post { public int Id { get; set; } public int Likes { get; set; } }
        class BlogContext(DbContextOptions<BlogContext> options) : DbContext(options) { public DbSet<Post> Posts => Set<Post>(); }
        """);

    [Fact]
    public Task A_model_that_cannot_be_seen_and_work_in_turn_are_suggestions() => Flags(
        """
        using Microsoft.EntityFrameworkCore;
        using Microsoft.Extensions.Hosting;
        class Product { public int Id { get; set; } public int Stock { get; set; } public bool IsSold { get; set; } }
        interface IShopContext { DbSet<Product> Products { get; } Task<int> SaveChangesAsync(CancellationToken ct); }
        class ShopContext : DbContext { public DbSet<Product> Products => Set<Product>(); }
        class ElsewhereContext : DbContext
        {
            public DbSet<Product> Products => Set<Product>();
            protected override void OnModelCreating(ModelBuilder builder) => builder.ApplyConfigurationsFromAssembly(typeof(string).Assembly);
        }
        class Checkout(IShopContext db, ElsewhereContext other)
        {
            public async Task ReserveAsync(int id, CancellationToken ct)
            {
                var product = await db.Products.FirstAsync(p => p.Id == id, ct);
                [|product.Stock -= 1|];
                await db.SaveChangesAsync(ct);
            }
            public async Task OtherAsync(int id, CancellationToken ct)
            {
                var product = await other.Products.FirstAsync(p => p.Id == id, ct);
                [|product.Stock -= 1|];
                await other.SaveChangesAsync(ct);
            }
        }
        class Worker(ShopContext db) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                var product = await db.Products.FirstAsync(stoppingToken);
                [|product.Stock += 1|];
                await db.SaveChangesAsync(stoppingToken);
            }
        }
        class Batch(ShopContext db)
        {
            public async Task RaiseAsync()
            {
                foreach (var product in await db.Products.Where(p => p.Stock > 0).ToListAsync())
                    [|product.Stock += 1|];
                await db.SaveChangesAsync();
            }
            public async Task SellAsync(int id)
            {
                var product = await db.Products.FirstAsync(p => p.Id == id);
                if (product.IsSold)
                    return;
                [|product.IsSold = true|];
                await db.SaveChangesAsync();
                await MailAsync(id);
            }
            private Task MailAsync(int id) => Task.Delay(id);
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task Tokens_in_attributes_and_in_other_files_are_ignored() => Ignores(
        """
        using System.ComponentModel.DataAnnotations;
        using Microsoft.EntityFrameworkCore;
        abstract class Entity { public int Id { get; set; } }
        abstract class Stamped : Entity { [Timestamp] public byte[] Stamp { get; set; } = []; }
        class A : Stamped { public int Value { get; set; } }
        class B : Entity { [ConcurrencyCheck] public int Value { get; set; } }
        class F : Entity { public int Value { get; set; } public uint Xmin { get; set; } }
        class G : Entity { public int Value { get; set; } public Guid Stamp { get; set; } }
        class H : Entity { public int Value { get; set; } }
        class ShopContext : DbContext
        {
            public DbSet<A> As => Set<A>();
            public DbSet<B> Bs => Set<B>();
            public DbSet<F> Fs => Set<F>();
            public DbSet<G> Gs => Set<G>();
            public DbSet<H> Hs => Set<H>();
            protected override void OnModelCreating(ModelBuilder builder)
            {
                builder.Entity<F>().Property(f => f.Xmin).IsRowVersion();
                builder.ApplyConfigurationsFromAssembly(typeof(ShopContext).Assembly);
                builder.Entity<H>(h =>
                {
                    h.HasKey(x => x.Id);
                    h.Property<Guid>("Version").HasColumnName("version").IsConcurrencyToken();
                });
            }
        }
        class Service(ShopContext db)
        {
            public async Task RunAsync(int id)
            {
                var a = await db.As.FindAsync(id);
                a!.Value++;
                var b = await db.Bs.FindAsync(id);
                b!.Value++;
                var f = await db.Fs.FindAsync(id);
                f!.Value++;
                var g = await db.Gs.FindAsync(id);
                g!.Value++;
                var h = await db.Hs.FindAsync(id);
                h!.Value++;
                await db.SaveChangesAsync();
            }
        }
        // ==== Configuration.cs
        using Microsoft.EntityFrameworkCore;
        using Microsoft.EntityFrameworkCore.Metadata.Builders;
        class GConfiguration : IEntityTypeConfiguration<G>
        {
            public void Configure(EntityTypeBuilder<G> builder) => builder.Property(g => g.Stamp).IsConcurrencyToken();
        }
        """);

    [Fact]
    public Task Tokens_set_for_base_types_and_for_all_entities_are_ignored() => Ignores(
        """
        using Microsoft.EntityFrameworkCore;
        using Microsoft.EntityFrameworkCore.Metadata.Builders;
        abstract class Entity { public int Id { get; set; } public Guid Stamp { get; set; } }
        class A : Entity { public int Value { get; set; } }
        abstract class BaseConfiguration<T> : IEntityTypeConfiguration<T> where T : Entity
        {
            public virtual void Configure(EntityTypeBuilder<T> builder) => builder.Property(e => e.Stamp).IsConcurrencyToken();
        }
        class AConfiguration : BaseConfiguration<A>;
        class ShopContext : DbContext { public DbSet<A> As => Set<A>(); }
        class Service(ShopContext db)
        {
            public async Task RunAsync(int id)
            {
                var a = await db.As.FindAsync(id);
                a!.Value++;
                await db.SaveChangesAsync();
            }
        }
        """);

    [Fact]
    public Task A_convention_over_all_entity_types_is_ignored() => Ignores(
        """
        using Microsoft.EntityFrameworkCore;
        class A { public int Id { get; set; } public int Value { get; set; } public Guid Stamp { get; set; } }
        class ShopContext : DbContext
        {
            public DbSet<A> As => Set<A>();
            protected override void OnModelCreating(ModelBuilder builder)
            {
                foreach (var type in builder.Model.GetEntityTypes())
                    type.FindProperty("Stamp")!.IsConcurrencyToken = true;
            }
        }
        class Service(ShopContext db)
        {
            public async Task RunAsync(int id)
            {
                var a = await db.As.FindAsync(id);
                a!.Value++;
                await db.SaveChangesAsync();
            }
        }
        """);

    [Fact]
    public Task Transactions_locks_and_retries_are_ignored() => Ignores(
        """
        using System.Data;
        using System.Transactions;
        using Microsoft.EntityFrameworkCore;
        using IsolationLevel = System.Data.IsolationLevel;
        class A { public int Id { get; set; } public int Value { get; set; } }
        class ShopContext : DbContext { public DbSet<A> As => Set<A>(); }
        interface ILocks { Task<IDisposable> AcquireLockAsync(string name); }
        class Service(ShopContext db, ILocks locks)
        {
            static readonly SemaphoreSlim s_gate = new(1, 1);
            public async Task SerializableAsync(int id)
            {
                await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.Serializable);
                var a = await db.As.FindAsync(id);
                a!.Value++;
                await db.SaveChangesAsync();
                await transaction.CommitAsync();
            }
            public async Task ScopeAsync(int id)
            {
                using var scope = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled);
                var a = await db.As.FindAsync(id);
                a!.Value++;
                await db.SaveChangesAsync();
                scope.Complete();
            }
            public async Task RetryAsync(int id)
            {
                while (true)
                {
                    try
                    {
                        var a = await db.As.FindAsync(id);
                        a!.Value++;
                        await db.SaveChangesAsync();
                        return;
                    }
                    catch (DbUpdateConcurrencyException ex)
                    {
                        await ex.Entries.Single().ReloadAsync();
                    }
                }
            }
            public async Task LockedRowAsync(int id)
            {
                var a = await db.As.FromSqlInterpolated($"SELECT * FROM a WHERE id = {id} FOR UPDATE").SingleAsync();
                a.Value++;
                await db.SaveChangesAsync();
            }
            public async Task AdvisoryAsync(int id)
            {
                await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({id})");
                var a = await db.As.FindAsync(id);
                a!.Value++;
                await db.SaveChangesAsync();
            }
            public async Task DistributedAsync(int id)
            {
                using var held = await locks.AcquireLockAsync("a" + id);
                var a = await db.As.FindAsync(id);
                a!.Value++;
                await db.SaveChangesAsync();
            }
            public async Task GateAsync(int id)
            {
                await s_gate.WaitAsync();
                try
                {
                    await StepAsync(id);
                }
                finally
                {
                    s_gate.Release();
                }
            }
            private async Task StepAsync(int id)
            {
                var a = await db.As.FindAsync(id);
                a!.Value++;
                await db.SaveChangesAsync();
            }
        }
        """);

    [Fact]
    public Task Writes_that_do_not_hang_on_the_old_value_are_ignored() => Ignores(
        """
        using Microsoft.EntityFrameworkCore;
        class User
        {
            public int Id { get; set; }
            public string Name { get; set; } = "";
            public string? Mail { get; set; }
            public bool IsLocked { get; set; }
            public bool IsRead { get; set; }
            public DateTime? DeletedAt { get; set; }
            public int Version { get; set; }
            public int Visits { get; set; }
            public List<string> Tags { get; set; } = [];
        }
        record Patch(string? Name, string? Mail);
        class ShopContext : DbContext { public DbSet<User> Users => Set<User>(); }
        class Service(ShopContext db)
        {
            public async Task PatchAsync(int id, Patch patch, DateTime now)
            {
                var user = await db.Users.FindAsync(id);
                if (user is null || user.IsLocked)
                    return;
                user.Name = patch.Name ?? user.Name;
                user.Mail = string.IsNullOrEmpty(patch.Mail) ? user.Mail : patch.Mail;
                user.Name = user.Name.Trim();
                if (user.Mail != patch.Mail)
                    user.Mail = patch.Mail;
                if (user.Mail is null)
                    user.Mail = "nobody@example.com";
                user.Mail ??= "nobody@example.com";
                user.Version++;
                user.Tags.Add("patched");
                await db.SaveChangesAsync();
            }
            public async Task MarkAsync(int id, DateTime now)
            {
                var user = await db.Users.FindAsync(id);
                if (user!.IsRead)
                    return;
                user.IsRead = true;
                if (user.DeletedAt == null)
                    user.DeletedAt = now;
                await db.SaveChangesAsync();
            }
            public async Task<int> BulkAsync(int id)
            {
                var user = await db.Users.FindAsync(id);
                await db.SaveChangesAsync();
                return await db.Users.Where(u => u.Id == id && u.Visits < 10).ExecuteUpdateAsync(s => s.SetProperty(u => u.Visits, u => u.Visits + 1));
            }
            public async Task InsertAsync(int id)
            {
                var user = new User { Id = id };
                user.Visits++;
                db.Users.Add(user);
                await db.SaveChangesAsync();
            }
            public void Seed(int id)
            {
                var user = db.Users.First();
                user.Visits++;
                db.SaveChanges();
            }
            public async Task NeverSavedAsync(int id)
            {
                var user = await db.Users.FindAsync(id);
                user!.Visits++;
            }
        }
        """);

    private const string Model =
        """

        // ==== Model.cs
        using Microsoft.EntityFrameworkCore;
        public enum State { Open, Paid }
        public class Product { public int Id { get; set; } public int Stock { get; set; } public int Sold { get; set; } public int? Limit { get; set; } public State State { get; set; } public int? Holder { get; set; } public bool IsOpen { get; set; } }
        public class ShopContext : DbContext { public DbSet<Product> Products => Set<Product>(); }
        """;

    [Fact]
    public Task Load_check_write_and_save_become_one_statement() => Fixes(
        """
        using Microsoft.EntityFrameworkCore;
        class Checkout(ShopContext db)
        {
            public async Task<bool> ReserveAsync(int id, int quantity, CancellationToken ct)
            {
                // One of them wins.
                var product = await db.Products.FirstOrDefaultAsync(p => p.Id == id, ct);
                if (product is null || product.Stock < quantity || !product.IsOpen)
                    return false;
                [|product.Stock -= quantity|];
                [|product.Sold += quantity|];
                await db.SaveChangesAsync(ct);

                return true;
            }

            public void Pay(int id, int user)
            {
                var product = db.Products.SingleOrDefault(x => x.Id == id || x.Holder == id);
                if (product == null || product.State != State.Open)
                {
                    throw new InvalidOperationException("paid");
                }
                [|product.State = State.Paid|];
                db.SaveChanges();
            }

            public async Task CountAsync(int id)
            {
                var product = await db.Products.SingleAsync(p => p.Id == id).ConfigureAwait(false);
                [|product.Sold++|];
                await db.SaveChangesAsync().ConfigureAwait(false);
            }
        }
        """ + Model,
        """
        using Microsoft.EntityFrameworkCore;
        class Checkout(ShopContext db)
        {
            public async Task<bool> ReserveAsync(int id, int quantity, CancellationToken ct)
            {
                // One of them wins.
                var updated = await db.Products
                    .Where(p => p.Id == id && p.Stock >= quantity && p.IsOpen)
                    .ExecuteUpdateAsync(s => s.SetProperty(p => p.Stock, p => p.Stock - quantity).SetProperty(p => p.Sold, p => p.Sold + quantity), ct);
                if (updated == 0)
                    return false;

                return true;
            }

            public void Pay(int id, int user)
            {
                var updated = db.Products
                    .Where(x => (x.Id == id || x.Holder == id) && x.State == State.Open)
                    .ExecuteUpdate(s => s.SetProperty(x => x.State, State.Paid));
                if (updated == 0)
                {
                    throw new InvalidOperationException("paid");
                }
            }

            public async Task CountAsync(int id)
            {
                var updated = await db.Products
                    .Where(p => p.Id == id)
                    .ExecuteUpdateAsync(s => s.SetProperty(p => p.Sold, p => p.Sold + 1))
                    .ConfigureAwait(false);
                if (updated == 0)
                    throw new InvalidOperationException("The row does not exist");
            }
        }
        """ + Model,
        title: "Check and write with one ExecuteUpdate");

    [Fact]
    public async Task Shapes_that_one_statement_cannot_say_have_no_fix()
    {
        const string Source =
            """
            using Microsoft.EntityFrameworkCore;
            class AuditContext : DbContext
            {
                public DbSet<Product> Products => Set<Product>();
                public override int SaveChanges() => base.SaveChanges();
            }
            class Checkout(ShopContext db, AuditContext audit)
            {
                public async Task<string> TwoExitsAsync(int id, int quantity)
                {
                    var product = await db.Products.FirstOrDefaultAsync(p => p.Id == id);
                    if (product is null)
                        return "not found";
                    if (product.Stock < quantity)
                        return "out of stock";
                    [|product.Stock -= quantity|];
                    await db.SaveChangesAsync();
                    return "reserved";
                }
                public async Task<Product?> ReturnedAsync(int id)
                {
                    var product = await db.Products.FirstOrDefaultAsync(p => p.Id == id);
                    if (product is null || product.Stock < 1)
                        return null;
                    [|product.Stock--|];
                    await db.SaveChangesAsync();
                    return product;
                }
                public async Task MethodAsync(int id)
                {
                    var product = await db.Products.SingleAsync(p => p.Id == id);
                    [|product.Stock = product.Stock - Cost(id)|];
                    await db.SaveChangesAsync();
                }
                public async Task NullableAsync(int id, int most)
                {
                    var product = await db.Products.FirstOrDefaultAsync(p => p.Id == id);
                    if (product is null || product.Limit < most)
                        return;
                    [|product.Limit -= most|];
                    await db.SaveChangesAsync();
                }
                public void Audited(int id)
                {
                    var product = audit.Products.Single(p => p.Id == id);
                    [|product.Stock++|];
                    audit.SaveChanges();
                }
                public async Task OtherChangesAsync(int id)
                {
                    db.Products.Add(new Product());
                    var product = await db.Products.SingleAsync(p => p.Id == id);
                    [|product.Stock++|];
                    await db.SaveChangesAsync();
                }
                public async Task InOrderAsync(int id)
                {
                    var product = await db.Products.SingleAsync(p => p.Id == id);
                    [|product.Stock++|];
                    product.Sold = product.Stock;
                    await db.SaveChangesAsync();
                }
                private static int Cost(int id) => id;
            }
            """ + Model;
        await Fixes(Source, Source);
    }

    [Fact]
    public Task A_row_that_is_found_by_its_key_becomes_one_statement() => Fixes(
        """
        using Microsoft.EntityFrameworkCore;
        class Checkout(ShopContext db)
        {
            public async Task<bool> ReserveAsync(int id, int quantity, CancellationToken ct)
            {
                var product = await db.Products.FindAsync([id], ct);
                if (product is null || product.Stock < quantity)
                    return false;
                [|product.Stock -= quantity|];
                await db.SaveChangesAsync(ct);
                return true;
            }
            public bool Sell(int id)
            {
                var product = db.Products.Find(id);
                if (product == null || product.Stock == 0)
                    return false;
                [|product.Stock--|];
                db.SaveChanges();
                return true;
            }
        }
        """ + Model,
        """
        using Microsoft.EntityFrameworkCore;
        class Checkout(ShopContext db)
        {
            public async Task<bool> ReserveAsync(int id, int quantity, CancellationToken ct)
            {
                var updated = await db.Products
                    .Where(p => p.Id == id && p.Stock >= quantity)
                    .ExecuteUpdateAsync(s => s.SetProperty(p => p.Stock, p => p.Stock - quantity), ct);
                if (updated == 0)
                    return false;
                return true;
            }
            public bool Sell(int id)
            {
                var updated = db.Products
                    .Where(p => p.Id == id && p.Stock != 0)
                    .ExecuteUpdate(s => s.SetProperty(p => p.Stock, p => p.Stock - 1));
                if (updated == 0)
                    return false;
                return true;
            }
        }
        """ + Model);

    [Fact]
    public Task A_key_that_is_not_known_stays_as_it_is()
    {
        const string Source = """
            using System.ComponentModel.DataAnnotations;
            using Microsoft.EntityFrameworkCore;
            class Lot { public string Code { get; set; } = ""; public long Id { get; set; } public int Left { get; set; } }
            class Pool { [Key] public string Name { get; set; } = ""; public int Id { get; set; } public int Left { get; set; } }
            class Stock : DbContext { public DbSet<Lot> Lots => Set<Lot>(); public DbSet<Pool> Pools => Set<Pool>(); }
            class Taking(Stock stock)
            {
                public bool Take(int id)
                {
                    var lot = stock.Lots.Find(id);
                    if (lot is null || lot.Left == 0)
                        return false;
                    [|lot.Left--|];
                    stock.SaveChanges();
                    return true;
                }
                public bool Drain(int id)
                {
                    var pool = stock.Pools.Find(id);
                    if (pool is null || pool.Left == 0)
                        return false;
                    [|pool.Left--|];
                    stock.SaveChanges();
                    return true;
                }
            }
            """;
        return Fixes(Source, Source);
    }

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        """
        using Microsoft.EntityFrameworkCore;
        class Product { public int Id { get; set; } public int Stock { get; set; } }
        class ShopContext : DbContext { public DbSet<Product> Products => Set<Product>(); }
        class Checkout(ShopContext db)
        {
            public async Task ReserveAsync(int id)
            {
                var product = await db.Products.FirstOrDefaultAsync(p => p.
                if (product is null || product.Stock <
                product.Stock -= ;
                product. = 3;
                await db.SaveChangesAsync(
            }
        }
        """,
        allowErrors: true);

    [Fact]
    public Task A_state_that_a_switch_maps_and_a_mark_beside_an_insert_are_flagged() => Flags(
        """
        using Microsoft.EntityFrameworkCore;
        enum OrderState { New, Paid, Shipped }
        class Order { public int Id { get; set; } public OrderState State { get; set; } public bool IsReserved { get; set; } }
        class Audit { public int Id { get; set; } public string Text { get; set; } = ""; }
        class ShopContext : DbContext { public DbSet<Order> Orders => Set<Order>(); public DbSet<Audit> Audits => Set<Audit>(); }
        class Shipping(ShopContext db)
        {
            public async Task Advance(int id)
            {
                var order = await db.Orders.FirstAsync(o => o.Id == id);
                [|order.State = order.State switch { OrderState.New => OrderState.Paid, OrderState.Paid => OrderState.Shipped, var same => same }|];
                await db.SaveChangesAsync();
            }
        }
        """);

    [Fact]
    public Task A_mark_beside_an_insert_is_a_suggestion() => Flags(
        """
        using Microsoft.EntityFrameworkCore;
        class Order { public int Id { get; set; } public bool IsReserved { get; set; } }
        class Audit { public int Id { get; set; } public string Text { get; set; } = ""; }
        class ShopContext : DbContext { public DbSet<Order> Orders => Set<Order>(); public DbSet<Audit> Audits => Set<Audit>(); }
        class Shipping(ShopContext db)
        {
            public async Task<bool> Reserve(int id)
            {
                var order = await db.Orders.FirstAsync(o => o.Id == id);
                if (order.IsReserved)
                    return false;
                [|order.IsReserved = true|];
                db.Audits.Add(new Audit { Text = "reserved" });
                await db.SaveChangesAsync();
                return true;
            }
        }
        """,
        severity: DiagnosticSeverity.Info);
}
