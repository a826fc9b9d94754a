using Assay.Analyzers.Rules.Data;
using Assay.TestKit;
using Microsoft.CodeAnalysis.CSharp;

namespace Assay.Analyzers.Tests.Rules.Data;

public sealed class MoneyDividedTests : RuleTests<MoneyDivided>
{
    [Fact]
    public Task Divisions_of_minor_units_are_flagged() => Flags(
        """
        class Order { public long TotalCents { get; set; } public string Currency = ""; public long Amount; }
        class Split
        {
            long M(int cents, int people, Order order, long priceInPence)
            {
                var part = [|cents / people|];
                var fee = [|order.TotalCents * 3 / 100|];
                [|priceInPence /= 3|];
                var half = [|(long)order.Amount / 2|];
                var whole = [|order.TotalCents / 100|];
                return part + fee + half + whole;
            }
            int Discount(int unitPrice, int offPercent) => [|unitPrice * offPercent / 100|];
        }
        """);

    [Fact]
    public Task Rounded_parts_of_an_amount_are_flagged() => Flags(
        """
        class Installments
        {
            decimal[] M(decimal price, int months, List<string> payers)
            {
                var first = Math.Round([|price / months|], 2);
                var part = decimal.Round([|price / payers.Count|], 2, MidpointRounding.ToEven);
                return [first, part, Math.Floor([|price / months|])];
            }
        }
        """);

    [Fact]
    public Task The_message_names_both_sides() => Flags(
        """
        class Split { int M(int totalCents, int people) => [|totalCents / people|]; }
        """,
        messages: ["'totalCents' is divided by 'people' and the remainder is dropped: the parts do not add up to the whole again, and the difference is booked nowhere"]);

    [Fact]
    public Task Units_of_the_team_are_flagged() => Flags(
        """
        class Split { int M(int rappen, int ore, int people) => [|rappen / people|] + ore / people; }
        """,
        editorConfig: "ASSAY5010.minor_units = rappen");

    [Fact]
    public Task Remainders_that_are_handled_are_ignored() => Ignores(
        """
        class Split
        {
            int[] ByRemainder(int cents, int people)
            {
                var parts = new int[people];
                for (var i = 0; i < people; i++)
                    parts[i] = cents / people + (i < cents % people ? 1 : 0);
                return parts;
            }
            string Text(long cents) => $"{cents / 100}.{cents % 100:00}";
            long ByDifference(long cents, int people) { var part = cents / people; return cents - part * (people - 1); }
            long ByDivRem(long cents, int people) { var part = cents / people; var (_, left) = Math.DivRem(cents, people); return part + left; }
            decimal Last(decimal price, int months) { var part = Math.Round(price / months, 2); return price - part * (months - 1); }
            long Left(long cents, int people) { var part = cents / people; cents -= part; return cents; }
        }
        """);

    [Fact]
    public Task Rounding_on_purpose_is_ignored() => Ignores(
        """
        class Taxes
        {
            long M(long cents) => (cents * 19 + 50) / 100;
            long N(long cents, long parts) => (cents + parts / 2) / parts;
            long Up(long cents, long parts) => (cents + (parts - 1)) / parts;
            decimal Exact(decimal price, int months) => price / months;
            decimal Net(decimal price, decimal divisor) => Math.Round(price / divisor, 2);
            decimal Major(long cents) => cents / 100m;
            decimal Half(decimal price) => Math.Round(price / 2, 2);
        }
        """);

    [Fact]
    public Task Averages_comparisons_and_other_numbers_are_ignored() => Ignores(
        """
        class Report
        {
            long AveragePriceCents(long cents, int count) => cents / count;
            bool IsLarge(long cents) => cents / 100 > 500;
            int Page(int total, int size) => total / size;
            int Mid(int amount) => amount / 2;
            void M(long cents, int count) { var averageCents = cents / count; Console.WriteLine(averageCents); }
        }
        class AudioTuning { int Semitones(int cents) => cents / 100; }
        class Progress { int Percent(int total, int done) => done * 100 / total; }
        """);

    [Fact]
    public Task Test_projects_are_ignored() => Ignores(
        """
        class Split { int M(int totalCents, int people) => totalCents / people; }
        namespace Xunit { class FactAttribute : Attribute; }
        """);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_no_matter() => Flags(
        """
        class Split { int M(int cents, int people) { var x = [|cents / people|]; return cents / ; } int N(int cents) => Math.Round(cents /
        """,
        allowErrors: true);

    [Fact]
    public Task Old_syntax_is_flagged() => Flags(
        """
        class Split { int M(int cents, int people) { checked { return [|cents / people|]; } } }
        """,
        languageVersion: LanguageVersion.CSharp7_3);
}
