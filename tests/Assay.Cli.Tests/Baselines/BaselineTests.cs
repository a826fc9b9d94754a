namespace Assay.Cli.Tests.Baselines;

public sealed class BaselineTests : IDisposable
{
    private readonly Workshop _shop = new();

    public void Dispose() => _shop.Dispose();

    [Fact]
    public async Task Known_findings_stay_known_when_lines_move_and_blanks_change()
    {
        _shop.Write("src/PriceFeed.cs", Workshop.Flagged);
        var written = await _shop.RunAsync("scan", ".", "--rule", "ASSAY3003", "--baseline", "known.json", "--update-baseline");
        Assert.Equal(0, written.ExitCode);
        Assert.Contains("wrote 1 finding to known.json", written.Error, StringComparison.Ordinal);

        _shop.Write("src/PriceFeed.cs", "// moved\n\n" + Workshop.Flagged.Replace("throw ex;", "  throw  ex;", StringComparison.Ordinal));
        var outcome = await _shop.RunAsync("scan", ".", "--rule", "ASSAY3003", "--baseline", "known.json");

        Assert.Equal(0, outcome.ExitCode);
        Assert.StartsWith("no new findings in 1 file", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("(1 known from the baseline)", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_equal_finding_is_new()
    {
        _shop.Write("PriceFeed.cs", Workshop.Flagged);
        await _shop.RunAsync("scan", ".", "--rule", "ASSAY3003", "--baseline", "known.json", "--update-baseline");

        _shop.Write("PriceFeed.cs", Workshop.Flagged.Replace("throw ex;", "if (path == \"\")\n            throw ex;\n            throw ex;", StringComparison.Ordinal));
        var outcome = await _shop.RunAsync("scan", ".", "--rule", "ASSAY3003", "--baseline", "known.json", "--format", "sarif");

        Assert.Equal(1, outcome.ExitCode);
        Assert.Equal(2, outcome.Output.Split("\"baselineState\": \"unchanged\"").Length + outcome.Output.Split("\"baselineState\": \"new\"").Length - 2);
        Assert.Contains("1 new finding (1 warning)", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "does not exist: write it with --update-baseline")]
    [InlineData("{", "is not readable JSON")]
    [InlineData("{}", "is not of version 1")]
    public async Task A_baseline_that_cannot_be_read_is_an_error(string? content, string message)
    {
        _shop.Write("PriceFeed.cs", Workshop.Flagged);
        if (content is not null)
            _shop.Write("known.json", content);

        var outcome = await _shop.RunAsync("scan", ".", "--baseline", "known.json");

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Updating_needs_a_file()
    {
        var outcome = await _shop.RunAsync("scan", ".", "--update-baseline");

        Assert.Equal(2, outcome.ExitCode);
        Assert.Equal("assay: --update-baseline needs --baseline FILE: the file to write\n", outcome.Error);
    }
}
