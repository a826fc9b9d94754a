using Assay.Analyzers.Rules.Data;
using Assay.TestKit;
using Microsoft.CodeAnalysis.CSharp;

namespace Assay.Analyzers.Tests.Rules.Data;

public sealed class NonIdempotentHandlerTests : RuleTests<NonIdempotentHandler>
{
    [Fact]
    public Task Posts_that_insert_are_flagged() => Flags(
        """
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Mvc;
        using Microsoft.AspNetCore.Mvc.RazorPages;
        using Microsoft.EntityFrameworkCore;
        class Order { public int Id { get; set; } public string Sku { get; set; } = ""; }
        class Account { public int Id { get; set; } public decimal Balance { get; set; } }
        class Shop : DbContext { public DbSet<Order> Orders => Set<Order>(); public DbSet<Account> Accounts => Set<Account>(); }

        class OrdersController(Shop db) : ControllerBase
        {
            [HttpPost]
            public async Task<IActionResult> Create(string sku, CancellationToken ct)
            {
                [|db.Orders.Add(new Order { Sku = sku })|];
                await db.SaveChangesAsync(ct);
                return Ok();
            }

            [HttpPost("deposit")]
            public async Task Deposit(int id, decimal amount)
            {
                var account = await db.Accounts.FindAsync(id);
                [|account!.Balance += amount|];
                await Save();
            }
            private Task Save() => db.SaveChangesAsync();
        }
        class Page(Shop db) : PageModel { public void OnPost() { [|db.Add(new Order())|]; db.SaveChanges(); } }
        static class Endpoints
        {
            public static void Map(WebApplication app) => app.MapPost("/orders", async (string sku, Shop db) =>
            {
                await [|db.Orders.AddAsync(new Order { Sku = sku })|];
                await db.SaveChangesAsync();
            });
        }
        """);

    [Fact]
    public Task Messages_that_insert_are_flagged() => Flags(
        """
        using Dapper;
        using System.Data;
        class Paid { public string Order = ""; }
        class Ledger(IDbConnection db) : MassTransit.IConsumer<Paid>
        {
            public async Task Consume(MassTransit.ConsumeContext<Paid> context) =>
                await db.ExecuteAsync([|"INSERT INTO postings (order_ref) VALUES (@Order)"|], context.Message);
        }
        class Points(IDbConnection db) : NServiceBus.IHandleMessages<Paid>
        {
            public Task Handle(Paid message) => Store(message);
            private Task Store(Paid message) => db.ExecuteAsync([|"insert into points values (@Order)"|], message);
        }
        class Function
        {
            public void Run([Azure.ServiceBusTrigger("paid")] Paid message, IDbConnection db) => db.Execute($"[|INSERT INTO a VALUES (|]{1})");
        }
        namespace MassTransit { interface ConsumeContext<T> { T Message { get; } } interface IConsumer<T> { Task Consume(ConsumeContext<T> context); } }
        namespace NServiceBus { interface IHandleMessages<T> { Task Handle(T message); } }
        namespace Azure { class ServiceBusTriggerAttribute(string queue) : Attribute { public string Queue => queue; } }
        """);

    [Fact]
    public Task The_message_names_who_repeats_and_what_happens() => Flags(
        """
        using Microsoft.AspNetCore.Mvc;
        using Microsoft.EntityFrameworkCore;
        class Order { public int Id { get; set; } }
        class Shop : DbContext { public DbSet<Order> Orders => Set<Order>(); }
        class C(Shop db) : ControllerBase { [HttpPost] public void Create() { [|db.Orders.Add(new Order())|]; db.SaveChanges(); } }
        """,
        messages: ["A client sends the request more than once after a timeout, and 'db.Orders.Add(new Order())' then happens again: key it by an idempotency key, or record what is handled in the same transaction"]);

    [Fact]
    public Task Handlers_that_know_of_repetition_are_ignored() => Ignores(
        """
        using Microsoft.AspNetCore.Mvc;
        using Microsoft.EntityFrameworkCore;
        class Order { public Guid Id { get; set; } public string Sku { get; set; } = ""; }
        [Index(nameof(Number), IsUnique = true)] class Bill { public Guid Id { get; set; } public string Number { get; set; } = ""; }
        class Shop : DbContext { public DbSet<Order> Orders => Set<Order>(); public DbSet<Bill> Bills => Set<Bill>(); }
        class Request { public Guid OrderId; public string Sku = ""; }
        class OrdersController(Shop db) : ControllerBase
        {
            [HttpPost]
            public void ByHeader([FromHeader(Name = "Idempotency-Key")] string key, string sku)
            {
                if (Response.Headers.ContainsKey("Idempotency-Key")) return;
                db.Orders.Add(new Order { Sku = sku + key }); db.SaveChanges();
            }
            [HttpPost]
            public void ByLookUp(string sku)
            {
                if (db.Orders.Where(o => o.Sku == sku).Any()) return;
                db.Orders.Add(new Order { Sku = sku }); db.SaveChanges();
            }
            [HttpPost]
            public void ByKey(Request request) { db.Orders.Add(new Order { Id = request.OrderId, Sku = request.Sku }); db.SaveChanges(); }
            [HttpPost]
            public void ByConstraint(string sku)
            {
                try { db.Orders.Add(new Order { Sku = sku }); db.SaveChanges(); }
                catch (DbUpdateException) { }
            }
            [HttpPost]
            public void ByParameter(Guid id) { db.Orders.Add(new Order { Id = id }); db.SaveChanges(); }
            [HttpPost]
            public void ByIndex(string number) { db.Bills.Add(new Bill { Number = number }); db.SaveChanges(); }
            [HttpPost]
            public void BySql(string sku) => db.Database.ExecuteSql($"INSERT INTO orders (sku) VALUES ({sku}) ON CONFLICT DO NOTHING");
        }
        """);

    [Fact]
    public Task A_sum_that_the_database_computes_is_flagged() => Flags(
        """
        using Microsoft.AspNetCore.Mvc;
        using Microsoft.EntityFrameworkCore;
        class Account { public int Id { get; set; } public decimal Balance { get; set; } public string Owner { get; set; } = ""; }
        class Bank : DbContext { public DbSet<Account> Accounts => Set<Account>(); }
        class AccountsController(Bank db) : ControllerBase
        {
            [HttpPost]
            public Task Deposit(int id, decimal amount) =>
                db.Accounts.Where(a => a.Id == id).ExecuteUpdateAsync(s => s.SetProperty(a => a.Balance, a => [|a.Balance + amount|]));
            [HttpPost("rename")]
            public Task Rename(int id, string owner) =>
                db.Accounts.Where(a => a.Id == id).ExecuteUpdateAsync(s => s.SetProperty(a => a.Owner, owner));
            [HttpPost("once")]
            public async Task Once(int id, decimal amount, string idempotencyKey)
            {
                if (await db.Accounts.AnyAsync(a => a.Owner == idempotencyKey))
                    return;
                await db.Accounts.Where(a => a.Id == id).ExecuteUpdateAsync(s => s.SetProperty(a => a.Balance, a => a.Balance + amount));
            }
        }
        """);

    [Fact]
    public Task Other_functions_and_effects_are_ignored() => Ignores(
        """
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Mvc;
        using Microsoft.EntityFrameworkCore;
        class Order { public int Id { get; set; } public string Sku { get; set; } = ""; public int Version { get; set; } }
        class Shop : DbContext { public DbSet<Order> Orders => Set<Order>(); }
        class OrdersController(Shop db) : ControllerBase
        {
            [HttpPut] public void Put(string sku) { db.Orders.Add(new Order { Sku = sku }); db.SaveChanges(); }
            [HttpPost] public void NotSaved(string sku) => db.Orders.Add(new Order { Sku = sku });
            [HttpPost] public void Change(int id) { var order = db.Orders.Find(id); order!.Sku = "x"; order.Version += 1; db.SaveChanges(); }
            [HttpPost] public List<string> InMemory(string sku) { var list = new List<string>(); list.Add(sku); return list; }
            public void Consume(string sku) { db.Orders.Add(new Order { Sku = sku }); db.SaveChanges(); }
            public void Handle(string sku) { db.Orders.Add(new Order { Sku = sku }); db.SaveChanges(); }
        }
        static class Endpoints
        {
            public static void Map(WebApplication app) => app.MapPut("/orders", (string sku, Shop db) => { db.Orders.Add(new Order()); return db.SaveChanges(); });
        }
        """);

    [Fact]
    public Task Test_projects_are_ignored() => Ignores(
        """
        using Microsoft.AspNetCore.Mvc;
        using Microsoft.EntityFrameworkCore;
        class C(DbContext db) : ControllerBase { [HttpPost] public void Create() { db.Add(new object()); db.SaveChanges(); } }
        namespace Xunit { class FactAttribute : Attribute; }
        """);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_no_matter() => Flags(
        """
        using Microsoft.AspNetCore.Mvc;
        using Microsoft.EntityFrameworkCore;
        class C(DbContext db) : ControllerBase { [HttpPost] public void Create() { [|db.Add(new object())|]; db.SaveChanges( } [HttpPost] public Handle( => db.Add(
        """,
        allowErrors: true);

    [Fact]
    public Task Old_syntax_is_flagged() => Flags(
        """
        using Microsoft.AspNetCore.Mvc;
        using Microsoft.EntityFrameworkCore;
        class C : ControllerBase { DbContext db; [HttpPost] public void Create() { [|db.Add(new object())|]; db.SaveChanges(); } }
        """,
        languageVersion: LanguageVersion.CSharp7_3);

    [Fact]
    public Task A_handler_with_an_idempotency_key_among_its_parameters_is_ignored() => Ignores(
        """
        using Microsoft.AspNetCore.Mvc;
        using Microsoft.EntityFrameworkCore;
        public class Order { public int Id { get; set; } }
        public class ShopContext : DbContext { public DbSet<Order> Orders => Set<Order>(); }
        public interface IKeys { Task<bool> TryMarkAsync(string key, CancellationToken token); }
        [ApiController, Route("orders")]
        public class OrdersController(ShopContext db, IKeys keys) : ControllerBase
        {
            [HttpPost]
            public async Task<IActionResult> Post([FromHeader(Name = "Idempotency-Key")] string key, Order order, CancellationToken token)
            {
                if (await keys.TryMarkAsync(key, token))
                {
                    db.Orders.Add(order);
                    await db.SaveChangesAsync(token);
                }
                return Ok();
            }
        }
        """);
}
