using System.Text.Json;
using NJsonSchema;

namespace Assay.Cli.Tests.Output;

public sealed class SarifReportTests : IDisposable
{
    private readonly Workshop _shop = new();

    public void Dispose() => _shop.Dispose();

    [Fact]
    public async Task The_report_is_valid_against_the_schema()
    {
        Sources();
        _shop.Write("empty baseline.json", """{ "version": 1, "findings": [] }""");

        var outcome = await _shop.RunAsync("scan", ".", "--format", "sarif", "--show-suppressed", "--baseline", "empty baseline.json");

        var schema = await JsonSchema.FromFileAsync(Path.Combine(AppContext.BaseDirectory, "Schemas", "sarif-schema-2.1.0-rtm.5.json"), TestContext.Current.CancellationToken);
        Assert.Empty(schema.Validate(outcome.Output));
    }

    [Fact]
    public async Task A_result_names_rule_place_fingerprint_and_state()
    {
        Sources();

        var outcome = await _shop.RunAsync("scan", ".", "--format", "sarif", "--rule", "StackTraceLost");

        using var document = JsonDocument.Parse(outcome.Output);
        var run = document.RootElement.GetProperty("runs")[0];
        var rule = run.GetProperty("tool").GetProperty("driver").GetProperty("rules")[0];
        Assert.Equal("ASSAY3003", rule.GetProperty("id").GetString());
        Assert.Equal("StackTraceLost", rule.GetProperty("name").GetString());
        Assert.Equal("Errors", rule.GetProperty("properties").GetProperty("category").GetString());
        Assert.Contains("stack trace", rule.GetProperty("fullDescription").GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Contains("## Flagged", rule.GetProperty("help").GetProperty("markdown").GetString(), StringComparison.Ordinal);
        var result = Assert.Single(run.GetProperty("results").EnumerateArray());
        Assert.Equal("warning", result.GetProperty("level").GetString());
        Assert.NotEmpty(result.GetProperty("partialFingerprints").GetProperty("assay/v1").GetString()!);
        var place = result.GetProperty("locations")[0].GetProperty("physicalLocation");
        Assert.Equal("src/Price%20Feed.cs", place.GetProperty("artifactLocation").GetProperty("uri").GetString());
        Assert.Equal("SRCROOT", place.GetProperty("artifactLocation").GetProperty("uriBaseId").GetString());
        Assert.Equal([11, 13, 11, 22], new[] { "startLine", "startColumn", "endLine", "endColumn" }.Select(name => place.GetProperty("region").GetProperty(name).GetInt32()));
    }

    [Fact]
    public async Task Suppressed_findings_are_listed_when_asked_for()
    {
        Sources();

        var outcome = await _shop.RunAsync("scan", ".", "--format", "sarif", "--rule", "ASSAY3003", "--show-suppressed");

        using var document = JsonDocument.Parse(outcome.Output);
        var suppressions = document.RootElement.GetProperty("runs")[0].GetProperty("results").EnumerateArray().Select(r => r.GetProperty("suppressions").GetArrayLength());
        Assert.Equal([0, 1], suppressions.Order());
    }

    [Fact]
    public async Task A_skipped_file_is_a_notification()
    {
        Sources();
        _shop.Write("src/Binary.cs", [0, 1, 2]);

        var outcome = await _shop.RunAsync("scan", ".", "--format", "sarif");

        using var document = JsonDocument.Parse(outcome.Output);
        var invocation = document.RootElement.GetProperty("runs")[0].GetProperty("invocations")[0];
        Assert.True(invocation.GetProperty("executionSuccessful").GetBoolean());
        Assert.Contains("src/Binary.cs", invocation.GetProperty("toolExecutionNotifications")[0].GetProperty("message").GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sarif")]
    [InlineData("json")]
    [InlineData("github")]
    public async Task Two_runs_write_the_same_bytes(string format)
    {
        Sources();
        for (var i = 0; i < 20; i++)
            _shop.Write($"src/Feed{i}.cs", Workshop.Flagged.Replace("PriceFeed", $"Feed{i}", StringComparison.Ordinal));

        await _shop.RunAsync("scan", "src", "--format", format, "--output", "first");
        await _shop.RunAsync("scan", "src", "--format", format, "--output", "second");

        Assert.Equal(File.ReadAllBytes(_shop.Path("first")), File.ReadAllBytes(_shop.Path("second")));
        Assert.NotEmpty(_shop.Read("first"));
    }

    private void Sources() => _shop
        .Write("src/Price Feed.cs", Workshop.Flagged)
        .Write("src/Quiet.cs", "#pragma warning disable ASSAY3003\n" + Workshop.Flagged.Replace("PriceFeed", "Quiet", StringComparison.Ordinal));
}
