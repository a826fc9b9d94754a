using Assay.Analyzers.Rules.Api;
using Assay.CodeFixes.Rules.Api;
using Assay.TestKit;
using Microsoft.CodeAnalysis.CSharp;

namespace Assay.Analyzers.Tests.Rules.Api;

public sealed class UncheckedQuantityTests : RuleTests<UncheckedQuantity, UncheckedQuantityFix>
{
    [Fact]
    public Task Changes_of_a_store_are_flagged() => Flags(
        """
        public class Shelf
        {
            private int _stock;
            private readonly Dictionary<string, int> _onHand = [];
            private readonly decimal[] _balances = new decimal[3];
            public decimal Balance { get; private set; }

            public void Take(int quantity) => [|_stock -= quantity|];
            public void Put(string sku, int addedQty) { [|_onHand[sku] += addedQty|]; }
            public void Pay(decimal amount) { [|Balance = Balance - amount|]; }
            public void Buy(int count, decimal price) { [|Balance -= count * price|]; }
            public void Move(int slot, decimal amount) => [|_balances[slot] += amount|];
        }
        """);

    [Fact]
    public Task Allocations_of_the_size_in_a_request_are_flagged() => Flags(
        """
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Mvc;
        class CodesController : ControllerBase
        {
            public string[] Make(int count) => [|new string[count]|];
            [HttpGet] public List<int> Page(int limit) => [|new List<int>(limit)|];
        }
        static class Endpoints
        {
            public static void Map(WebApplication app) => app.MapGet("/codes", (int count) => [|new byte[count]|]);
        }
        """);

    [Fact]
    public Task The_message_names_the_quantity_and_what_it_changes() => Flags(
        """
        using Microsoft.AspNetCore.Mvc;
        public class Shelf { private int _stock; public void Take(int {|#0:quantity|}) => [|_stock -= quantity|]; }
        class C : ControllerBase { public string[] Make(int {|#1:count|}) => [|new string[count]|]; }
        """,
        messages:
        [
            "Nothing checks 'quantity' before it changes '_stock': a negative one does the opposite of what the method promises",
            "Nothing checks 'count' before it sizes an allocation: one request can ask for all the memory there is",
        ]);

    [Fact]
    public Task Checked_quantities_are_ignored() => Ignores(
        """
        using System.ComponentModel.DataAnnotations;
        public class Shelf
        {
            private int _stock;
            public void A(int quantity) { ArgumentOutOfRangeException.ThrowIfNegative(quantity); _stock -= quantity; }
            public void B(int quantity) { if (quantity <= 0) throw new ArgumentException("x"); _stock -= quantity; }
            public bool C(int quantity) { if (_stock < quantity) return false; _stock -= quantity; return true; }
            public void D([Range(1, 10)] int quantity) => _stock -= quantity;
            public void E(int quantity) { EnsurePositive(quantity); _stock -= quantity; }
            public void F(int quantity) { if (quantity is < 1 or > 10) return; _stock -= quantity; }
            public void G(int quantity) => _stock -= Math.Max(0, quantity);
            public void H(int quantity) => _stock -= Math.Abs(quantity);
            public void I(int quantity) { if (!IsKnown(quantity)) return; _stock -= quantity; }
            static void EnsurePositive(int value) { if (value <= 0) throw new ArgumentException("x"); }
            static bool IsKnown(int value) => value > 0;
        }
        """);

    [Fact]
    public Task Other_numbers_and_places_are_ignored() => Ignores(
        """
        public class Counter
        {
            private long _total, _bytesRead;
            private int _stock;
            private readonly Counter? _inner;
            public void Add(int count) { _total += count; _bytesRead += count; }
            public void Adjust(int quantityDelta) => _stock += quantityDelta;
            public void Shift(int offset) => _stock += offset;
            public void Take(uint quantity) => _stock -= (int)quantity;
            public void Set(int quantity) => _stock = quantity;
            private void Inner(int quantity) => _stock -= quantity;
            internal void Own(int quantity) => _stock -= quantity;
            public byte[] Buffer(int count) => new byte[count];
            public List<int> Items(int count) => new(count);
            public void Local(int quantity) { var stock = 3; stock -= quantity; Console.WriteLine(stock + (_inner is null ? 0 : 1)); }
        }
        """);

    [Fact]
    public Task A_quantity_of_a_request_is_flagged() => Flags(
        """
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Mvc;
        using Microsoft.EntityFrameworkCore;
        record Restock(int ProductId, int Quantity);
        class Product { public int Id { get; set; } public int Stock { get; set; } }
        class Shop : DbContext { public DbSet<Product> Products => Set<Product>(); }
        class StockController(Shop db) : ControllerBase
        {
            [HttpPost]
            public async Task Put(Restock request, CancellationToken token)
            {
                var product = await db.Products.SingleAsync(p => p.Id == request.ProductId, token);
                [|product.Stock += request.Quantity|];
                await db.SaveChangesAsync(token);
            }
        }
        static class Endpoints
        {
            public static void Map(WebApplication app)
            {
                app.MapPost("/restock", RestockAsync);
                app.MapGet("/slots", Slots);
            }
            private static Task RestockAsync(Restock request, Shop db, CancellationToken token) =>
                db.Products.Where(p => p.Id == request.ProductId).ExecuteUpdateAsync(p => p.SetProperty(x => x.Stock, x => [|x.Stock + request.Quantity|]), token);
            private static string[] Slots(int count) => [|new string[count]|];
        }
        """);

    [Fact]
    public Task Requests_that_are_validated_and_others_objects_are_ignored() => Ignores(
        """
        using System.ComponentModel.DataAnnotations;
        using Microsoft.AspNetCore.Mvc;
        record Ranged([Range(1, 100)] int Quantity);
        class Marked { [Range(1, 100)] public int Quantity { get; set; } }
        class Own : IValidatableObject
        {
            public int Quantity { get; set; }
            public IEnumerable<ValidationResult> Validate(ValidationContext context) => [];
        }
        record Plain(int Quantity, int QuantityDelta);
        class Line { public int Quantity { get; set; } }
        class Shelf
        {
            public int Stock { get; set; }
            public void Take(Line line) => Stock -= line.Quantity;
        }
        class StockController(Shelf shelf) : ControllerBase
        {
            [HttpPost("a")] public void A(Ranged request) => shelf.Stock += request.Quantity;
            [HttpPost("b")] public void B(Marked request) => shelf.Stock += request.Quantity;
            [HttpPost("c")] public void C(Own request) => shelf.Stock += request.Quantity;
            [HttpPost("d")] public void D(Plain request) { if (request.Quantity > 0) shelf.Stock += request.Quantity; }
            [HttpPost("e")] public void E(Plain request) { if (IsFine(request)) shelf.Stock += request.Quantity; }
            [HttpPost("f")] public void F(Plain request) => shelf.Stock += request.QuantityDelta;
            [NonAction] public void G(Plain request) => shelf.Stock += request.Quantity;
            private static bool IsFine(Plain request) => request.Quantity is > 0 and < 100;
        }
        """);

    [Fact]
    public Task Test_projects_are_ignored() => Ignores(
        """
        public class Shelf { private int _stock; public void Take(int quantity) => _stock -= quantity; }
        namespace Xunit { class FactAttribute : Attribute; }
        """);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_no_matter() => Flags(
        """
        public class Shelf { private int _stock; public void Take(int quantity) { [|_stock -= quantity|]; _stock += ; new byte[ } public void Put(int quantity) => _stock +=
        """,
        allowErrors: true);

    [Fact]
    public Task Old_syntax_is_flagged() => Flags(
        """
        public class Shelf { private int _stock; public void Take(int quantity) { [|this._stock -= quantity|]; } }
        """,
        languageVersion: LanguageVersion.CSharp7_3);

    [Fact]
    public Task A_guard_becomes_the_first_statement() => Fixes(
        """
        public class Shelf
        {
            private int _stock;
            private int _reserved;

            public void Take(string sku, int quantity)
            {
                // From the front.
                [|_stock -= quantity|];
                [|_reserved -= quantity|];
            }
        }
        """,
        """
        public class Shelf
        {
            private int _stock;
            private int _reserved;

            public void Take(string sku, int quantity)
            {
                ArgumentOutOfRangeException.ThrowIfNegativeOrZero(quantity);
                // From the front.
                _stock -= quantity;
                _reserved -= quantity;
            }
        }
        """,
        title: "Refuse a 'quantity' that is not positive");

    [Fact]
    public Task Endpoints_and_expressions_get_no_fix() => Fixes(
        """
        using Microsoft.AspNetCore.Mvc;
        public class Shelf { private int _stock; public void Take(int quantity) => [|_stock -= quantity|]; }
        class C : ControllerBase { public string[] Make(int count) { return [|new string[count]|]; } }
        """,
        """
        using Microsoft.AspNetCore.Mvc;
        public class Shelf { private int _stock; public void Take(int quantity) => [|_stock -= quantity|]; }
        class C : ControllerBase { public string[] Make(int count) { return [|new string[count]|]; } }
        """);

    [Fact]
    public Task A_place_in_a_buffer_that_moves_is_ignored() => Ignores(
        """
        public class Buffer
        {
            private int _availableStart;
            private int _unitsOffset;
            public void Commit(int byteCount) => _availableStart += byteCount;
            public void Skip(int count) { _unitsOffset += count; }
        }
        """);
}
