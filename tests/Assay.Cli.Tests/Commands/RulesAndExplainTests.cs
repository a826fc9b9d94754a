using System.Text.Json;
using Assay.CodeFixes;

namespace Assay.Cli.Tests.Commands;

public sealed class RulesAndExplainTests : IDisposable
{
    private readonly Workshop _shop = new();

    public void Dispose() => _shop.Dispose();

    [Fact]
    public async Task The_table_lists_every_rule()
    {
        var outcome = await _shop.RunAsync("rules");

        Assert.Equal(0, outcome.ExitCode);
        Assert.All(RuleCatalogue.All, rule => Assert.Contains($"{rule.Id}  {rule.Name}", outcome.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_json_lists_every_rule_in_order()
    {
        var outcome = await _shop.RunAsync("rules", "--format", "json");

        using var document = JsonDocument.Parse(outcome.Output);
        Assert.Equal(RuleCatalogue.All.Select(rule => rule.Id), document.RootElement.EnumerateArray().Select(card => card.GetProperty("id").GetString()));
        var card = document.RootElement.EnumerateArray().Single(c => c.GetProperty("id").GetString() == "ASSAY3003");
        Assert.Equal("warning", card.GetProperty("severity").GetString());
        Assert.True(card.GetProperty("fix").GetBoolean());
    }

    [Theory]
    [InlineData("ASSAY3003")]
    [InlineData("stacktracelost")]
    public async Task A_page_is_explained_by_ID_and_by_name(string rule)
    {
        var outcome = await _shop.RunAsync("explain", rule);

        Assert.Equal(0, outcome.ExitCode);
        Assert.StartsWith("ASSAY3003 StackTraceLost\n\nA stack trace is filled in where", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("\nFlagged\n\n    class PriceFeed\n    {\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("`throw;` rethrows", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("```", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("https://assay.example/rules/ASSAY3003", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_page_is_shown_without_marks()
    {
        foreach (var rule in RuleCatalogue.All)
        {
            var outcome = await _shop.RunAsync("explain", rule.Id);
            Assert.Equal(0, outcome.ExitCode);
            Assert.DoesNotContain("## ", outcome.Output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("StackTraceLos", "did you mean StackTraceLost?")]
    [InlineData("ASSAY303", "did you mean ASSAY3003?")]
    [InlineData("Bananas", "'assay rules' lists them all")]
    public async Task An_unknown_rule_is_an_error_with_a_guess(string rule, string hint)
    {
        foreach (var args in new string[][] { ["explain", rule], ["scan", ".", "--rule", rule] })
        {
            var outcome = await _shop.RunAsync(args);
            Assert.Equal(2, outcome.ExitCode);
            Assert.StartsWith($"assay: there is no rule '{rule}': ", outcome.Error, StringComparison.Ordinal);
            Assert.Contains(hint, outcome.Error, StringComparison.Ordinal);
        }
    }
}
