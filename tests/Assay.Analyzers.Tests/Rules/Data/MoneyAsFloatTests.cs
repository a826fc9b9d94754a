using Assay.Analyzers.Rules.Data;
using Assay.CodeFixes.Rules.Data;
using Assay.TestKit;
using Microsoft.CodeAnalysis.CSharp;

namespace Assay.Analyzers.Tests.Rules.Data;

public sealed class MoneyAsFloatTests : RuleTests<MoneyAsFloat, MoneyAsFloatFix>
{
    [Fact]
    public Task Members_and_parameters_named_like_money_are_flagged() => Flags(
        """
        class Product
        {
            public double [|Price|] { get; set; }
            public float? [|UnitPrice|] { get; init; }
            private readonly Double [|_listPrice|] = 1;
            double [|_netPrice|], [|_taxUsd|];
            const double [|ServiceFee|] = 2.5;
            public double [|GetPrice|](double [|basePrice|], System.Single? [|surcharge|]) => basePrice;
        }
        record Salary(string Employee, double [|SalaryEur|]);
        class Shop(double [|fee|]) { public double [|Fees|] => fee; }
        interface IQuote { double [|Price|] { get; } }
        """);

    [Fact]
    public Task Ambiguous_names_are_flagged_in_business_code() => Flags(
        """
        class Invoice
        {
            public double [|Total|] { get; set; }
            public double [|Balance|] { get; set; }
            public void Pay(double [|amount|]) { }
        }
        class Desk
        {
            void RefundOrder(double [|amount|]) { }
        }
        """);

    [Fact]
    public Task Ambiguous_names_are_flagged_beside_a_currency_or_other_money() => Flags(
        """
        class Line
        {
            public string Currency { get; set; } = "";
            public double [|Amount|] { get; set; }
        }
        class Row
        {
            public decimal Price { get; set; }
            public double [|Total|] { get; set; }
        }
        enum CurrencyCode { Eur }
        class Sums
        {
            public void Add(double [|amount|], CurrencyCode code) { }
            public void Book(double [|total|], string isoCurrency) { }
        }
        """);

    [Fact]
    public Task Parses_into_locals_are_flagged() => Flags(
        """
        class Import
        {
            void M(string text)
            {
                var price = [|double.Parse(text)|];
                double fee;
                fee = [|Convert.ToDouble(text)|];
                if ([|double.TryParse(text, out var tax)|]) Console.WriteLine(tax + fee + price);
                float? refund = [|float.Parse(text)|];
            }
        }
        """);

    [Fact]
    public Task Decimals_that_go_through_a_double_are_flagged() => Flags(
        """
        class Tariffs
        {
            decimal M(decimal price, decimal shippingFee, int days)
            {
                var gross = [|(decimal)((double)price * 1.19)|];
                return gross + [|Convert.ToDecimal(Math.Round((double)shippingFee * days, 2))|];
            }
        }
        """);

    [Fact]
    public Task The_message_names_the_money_and_the_type() => Flags(
        """
        class Product
        {
            public float [|Price|] { get; set; }
            public double [|GetPrice|]() => 1;
            public void M(string text, decimal fee)
            {
                var price = [|double.Parse(text)|];
                Console.WriteLine([|(decimal)((double)fee * 2)|]);
            }
        }
        """,
        messages:
        [
            "'Price' is money and kept as float: a float cannot hold 0.10 exactly, so sums and comparisons come out wrong by a cent; 'decimal' holds it",
            "'GetPrice' is money and returned as double: a double cannot hold 0.10 exactly, so sums and comparisons come out wrong by a cent; 'decimal' holds it",
            "'price' is money and read as double: a double cannot hold 0.10 exactly, so sums and comparisons come out wrong by a cent; 'decimal' holds it",
            "'fee' is money and computed as double in between: a double cannot hold 0.10 exactly, so sums and comparisons come out wrong by a cent; 'decimal' holds it",
        ]);

    [Fact]
    public Task Words_of_the_team_are_flagged() => Flags(
        """
        class Policy { public double [|YearlyPremium|] { get; set; } }
        """,
        editorConfig: "ASSAY5008.names = premium, fare");

    [Fact]
    public Task Words_that_the_team_rules_out_are_ignored() => Ignores(
        """
        class Player { public double PriceKarma { get; set; } }
        """,
        editorConfig: "ASSAY5008.other_words = karma");

    [Fact]
    public Task Rates_percentages_and_statistics_are_ignored() => Ignores(
        """
        class Invoice
        {
            public double TaxRate { get; set; }
            public double DiscountPercent { get; set; }
            public double PriceIndex { get; set; }
            public double AveragePrice { get; set; }
            public double PriceStdDev { get; set; }
            public double TotalSeconds { get; set; }
            public float TotalWeightKg { get; set; }
            public double PriceElasticity { get; set; }
            public double FeeRatio(double costFactor) => costFactor;
        }
        """);

    [Fact]
    public Task Words_of_money_about_other_things_are_ignored() => Ignores(
        """
        class Renderer { public float BlurAmount { get; set; } public double Total { get; set; } public double Balance { get; set; } void Rotate(float amount) { } }
        class AudioMixer { public float Balance { get; set; } }
        class AvlTree { double _balance; double Cost(double cost) => cost + _balance; }
        class PathFinder { double TotalCost(double cost) => cost; }
        class LoadBalancer { double _totalCost; double Cost => _totalCost; }
        class TokenBucket { public bool TryTake(double cost, double balance) => cost < balance; }
        class CandleSeries { public double ClosePrice { get; set; } }
        class Battery { public double Charge { get; set; } }
        class Edit { double _insertCost = 1; double D => _insertCost; }
        class Download { public double Total { get; set; } }
        class Shapes { public double Amount { get; set; } public string? Name { get; set; } }
        """);

    [Fact]
    public Task Decimals_and_whole_numbers_are_ignored() => Ignores(
        """
        class Product { public decimal Price { get; set; } public long PriceInCents { get; set; } public double[] Prices { get; set; } = []; public string Fee { get; set; } = ""; }
        """);

    [Fact]
    public Task Types_that_others_dictate_are_ignored() => Ignores(
        """
        using System.Runtime.InteropServices;
        [StructLayout(LayoutKind.Sequential)] struct Tick { public double Price; }
        static class Native { [DllImport("pricing")] public static extern double ComputePrice(double price); }
        class House { [Microsoft.ML.Data.LoadColumn(3)] public float Price { get; set; } }
        namespace Microsoft.ML.Data { class LoadColumnAttribute(int column) : Attribute { public int Column => column; } }
        """);

    [Fact]
    public Task Overrides_and_implementations_are_told_at_the_declaration() => Flags(
        """
        interface IPriced { double [|Price|] { get; } void Charge(double [|price|]); }
        class Book : IPriced { public double Price => 1; public void Charge(double price) { } }
        abstract class Item { public abstract double [|Fee|] { get; } }
        class Pen : Item { public override double Fee => 1; }
        """);

    [Fact]
    public Task Conversions_that_need_a_float_are_ignored() => Ignores(
        """
        class Loans
        {
            decimal M(decimal price, double rate, int years)
            {
                var grown = (decimal)((double)price * Math.Pow(1 + rate, years));
                var whole = (decimal)(double)price;
                var measured = (decimal)(rate * 2);
                return grown + whole + measured;
            }
        }
        """);

    [Fact]
    public Task Parses_of_other_numbers_are_ignored() => Ignores(
        """
        class Import { void M(string text) { var rate = double.Parse(text); double.TryParse(text, out var weight); var price = decimal.Parse(text); _ = double.Parse(text); } }
        """);

    [Fact]
    public Task Test_projects_are_ignored() => Ignores(
        """
        class Product { public double Price { get; set; } }
        namespace Xunit { class FactAttribute : Attribute; }
        """);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_no_matter() => Flags(
        """
        class Product { public double [|Price|] { get; set; } public double void Buy(double, doub amount) { double.Parse( } const double
        """,
        allowErrors: true);

    [Fact]
    public Task Old_syntax_is_flagged() => Flags(
        """
        class Product { private double [|_price|]; public double [|Price|] { get { return _price; } set { _price = value; } } }
        """,
        languageVersion: LanguageVersion.CSharp7_3);

    [Fact]
    public Task A_property_and_what_is_computed_from_it_become_decimals() => Fixes(
        """
        class Order
        {
            public double [|Price|] { get; set; } = 9.99; // net
            public int Quantity { get; set; }
            public double [|OrderTotal|] => Price * Quantity * 1.19;

            public double [|TotalPrice|](double [|discountAmount|], double rate)
            {
                var total = 0.0;
                total += Price * Quantity;
                return (total - discountAmount) * rate;
            }
        }
        """,
        """
        class Order
        {
            public decimal Price { get; set; } = 9.99m; // net
            public int Quantity { get; set; }
            public decimal OrderTotal => Price * Quantity * 1.19m;

            public decimal TotalPrice(decimal discountAmount, double rate)
            {
                var total = 0.0m;
                total += Price * Quantity;
                return (total - discountAmount) * (decimal)rate;
            }
        }
        """,
        title: "Make it a decimal");

    [Fact]
    public Task Code_in_other_files_follows() => Fixes(
        """
        public class Product
        {
            public double? [|Price|] { get; set; }
        }
        // ==== Cart.cs
        public class Cart
        {
            public double Sum(Product product)
            {
                double sum = product.Price ?? 0.0;
                return (double)sum;
            }
        }
        """,
        """
        public class Product
        {
            public decimal? Price { get; set; }
        }
        // ==== Cart.cs
        public class Cart
        {
            public double Sum(Product product)
            {
                decimal sum = product.Price ?? 0.0m;
                return (double)sum;
            }
        }
        """);

    [Fact]
    public Task Parses_become_decimal_parses() => Fixes(
        """
        class Import
        {
            decimal M(string text, decimal vat)
            {
                double price = [|double.Parse(text)|];
                if (![|double.TryParse(text, out double fee)|])
                    fee = 0.5;
                return (decimal)price + (decimal)fee + [|(decimal)((double)vat * 1.19)|];
            }
        }
        """,
        """
        class Import
        {
            decimal M(string text, decimal vat)
            {
                decimal price = decimal.Parse(text);
                if (!decimal.TryParse(text, out decimal fee))
                    fee = 0.5m;
                return (decimal)price + (decimal)fee + (vat * 1.19m);
            }
        }
        """);

    [Fact]
    public Task Values_that_have_to_stay_floats_get_no_fix() => Fixes(
        """
        [AttributeUsage(AttributeTargets.Class)]
        class CostsAttribute(double [|price|]) : Attribute { public string Text => price.ToString(); }
        [Costs(1.5)]
        class Board
        {
            public void Show(double [|fee|]) => Draw(ref fee);
            static void Draw(ref double value) => value = double.NaN;
        }
        """,
        """
        [AttributeUsage(AttributeTargets.Class)]
        class CostsAttribute(double [|price|]) : Attribute { public string Text => price.ToString(); }
        [Costs(1.5)]
        class Board
        {
            public void Show(double [|fee|]) => Draw(ref fee);
            static void Draw(ref double value) => value = double.NaN;
        }
        """);

    [Fact]
    public Task A_value_beside_its_currency_is_flagged() => Flags(
        """
        class Sum { public double [|Value|] { get; set; } public string Currency { get; set; } = "EUR"; }
        class Reading { public double Value { get; set; } public string Unit { get; set; } = ""; }
        """);

    [Fact]
    public Task A_sum_over_floats_of_decimals_becomes_one_over_decimals() => Fixes(
        """
        record Line(decimal Price, int Count);
        class Order
        {
            public double [|TotalPrice|](IEnumerable<Line> lines) => lines.Sum(l => (double)l.Price * l.Count);
        }
        """,
        """
        record Line(decimal Price, int Count);
        class Order
        {
            public decimal TotalPrice(IEnumerable<Line> lines) => lines.Sum(l => l.Price * l.Count);
        }
        """);
}
