using System.Text.Json;

namespace Assay.Cli.Tests.Output;

public sealed class OtherReportsTests : IDisposable
{
    private readonly Workshop _shop = new();

    public void Dispose() => _shop.Dispose();

    [Fact]
    public async Task GitHub_annotations_escape_what_workflow_commands_need_escaped()
    {
        _shop.Write("a,b:100%.cs", Workshop.Flagged);

        var outcome = await _shop.RunAsync("scan", ".", "--format", "github", "--rule", "ASSAY3003");

        Assert.Equal(
            "::warning file=a%2Cb%3A100%25.cs,line=11,col=13,endLine=11,endColumn=22,title=ASSAY3003 StackTraceLost::'throw ex;' resets the stack trace of the caught exception to this line; 'throw;' keeps where it came from\n",
            outcome.Output);
        Assert.Contains("1 finding", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_tells_everything_about_a_finding()
    {
        _shop.Write("PriceFeed.cs", Workshop.Flagged);

        var outcome = await _shop.RunAsync("scan", "PriceFeed.cs", "--format", "json", "--rule", "ASSAY3003", "--output", "out.json");

        Assert.Empty(outcome.Output);
        using var document = JsonDocument.Parse(_shop.Read("out.json"));
        var finding = Assert.Single(document.RootElement.GetProperty("findings").EnumerateArray());
        Assert.Equal("ASSAY3003", finding.GetProperty("rule").GetString());
        Assert.Equal("PriceFeed.Read", finding.GetProperty("member").GetString());
        Assert.Equal("Rethrow with 'throw;'", finding.GetProperty("fix").GetString());
        Assert.Equal(15, document.RootElement.GetProperty("scanned").GetProperty("lines").GetInt32());
    }
}
