namespace Assay.Cli.Tests.Output;

public sealed class TextReportTests : IDisposable
{
    private readonly Workshop _shop = new();

    public void Dispose() => _shop.Dispose();

    [Fact]
    public async Task A_finding_is_shown_with_excerpt_carets_fix_and_help()
    {
        _shop.Write("PriceFeed.cs", Workshop.Flagged);

        var outcome = await _shop.RunAsync("scan", "--rule", "ASSAY3003", "PriceFeed.cs");

        Assert.Equal(1, outcome.ExitCode);
        Assert.StartsWith(
            """
            PriceFeed.cs:11:13: warning ASSAY3003 StackTraceLost: 'throw ex;' resets the stack trace of the caught exception to this line; 'throw;' keeps where it came from
              11 |             throw ex;
                 |             ^^^^^^^^^
              fix: Rethrow with 'throw;' (--fix)
              help: https://assay.example/rules/ASSAY3003

            1 finding (1 warning) in 1 file, 15 lines,
            """.ReplaceLineEndings("\n"),
            outcome.Output,
            StringComparison.Ordinal);
        Assert.Empty(outcome.Error);
    }

    [Fact]
    public async Task Colours_come_only_on_a_terminal_that_wants_them()
    {
        _shop.Write("PriceFeed.cs", Workshop.Flagged);
        _shop.Environment = _shop.Environment with { OutputIsTerminal = true, Variables = _shop.Environment.Variables.Remove("NO_COLOR") };
        Assert.Contains("\e[1;33m", (await _shop.RunAsync("scan", "PriceFeed.cs")).Output, StringComparison.Ordinal);
        Assert.DoesNotContain("\e", (await _shop.RunAsync("scan", "PriceFeed.cs", "--no-color")).Output, StringComparison.Ordinal);

        _shop.Environment = _shop.Environment with { Variables = _shop.Environment.Variables.SetItem("NO_COLOR", "1") };
        Assert.DoesNotContain("\e", (await _shop.RunAsync("scan", "PriceFeed.cs")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Progress_is_shown_only_to_a_person_and_leaves_no_trace()
    {
        _shop.Write("PriceFeed.cs", Workshop.Flagged);
        _shop.Environment = _shop.Environment with { ErrorIsTerminal = true };

        var outcome = await _shop.RunAsync("scan", "PriceFeed.cs");

        Assert.Contains("scanning PriceFeed.cs", outcome.Error, StringComparison.Ordinal);
        Assert.EndsWith("\r\e[2K", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tabs_and_control_characters_are_drawn_without_moving_the_cursor()
    {
        _shop.Write("Feed.cs", "class C\n{\n\tvoid M()\n\t{\n\t\ttry { }\n\t\tcatch (System.Exception ex) { /*\u001b[31m*/ throw ex; }\n\t}\n}\n");

        var outcome = await _shop.RunAsync("scan", "--rule", "ASSAY3003", "Feed.cs");

        Assert.DoesNotContain("\u001b", outcome.Output, StringComparison.Ordinal);
        var lines = outcome.Output.Split('\n');
        Assert.Equal(lines[1].IndexOf("throw ex;", StringComparison.Ordinal), lines[2].IndexOf("^^^^^^^^^", StringComparison.Ordinal));
    }
}
