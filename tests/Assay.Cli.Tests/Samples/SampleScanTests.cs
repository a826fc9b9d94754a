using System.Text.Json.Nodes;
using Assay.CodeFixes;

namespace Assay.Cli.Tests.Samples;

/// <summary>
/// The sample web service shows what the expected SARIF beside it says. After a wanted change, write that file anew:
/// <c>dotnet run --project src/Assay.Cli -- scan samples/scan --format sarif --output samples/scan/expected.sarif</c>.
/// </summary>
public sealed class SampleScanTests
{
    [Fact]
    public async Task The_sample_has_the_expected_findings()
    {
        var (exitCode, sarif, error) = await ScanAsync("--format", "sarif");

        Assert.True(exitCode == 1, error);
        var expected = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Workshop.RepositoryRoot, "samples", "scan", "expected.sarif"), TestContext.Current.CancellationToken));
        Assert.Equal(Results(expected), Results(JsonNode.Parse(sarif)));
    }

    [Fact]
    public async Task The_sample_shows_every_rule()
    {
        var (_, sarif, _) = await ScanAsync("--format", "sarif");
        var shown = JsonNode.Parse(sarif)!["runs"]![0]!["results"]!.AsArray().Select(r => r!["ruleId"]!.GetValue<string>()).ToHashSet();
        // Nobody writes a function that is too large to be analysed into a small shop, the shop has no tests that could sleep, and what is hidden is not shown.
        Assert.Equal(["ASSAY2090", "ASSAY4007", "ASSAY7004"], RuleCatalogue.All.Select(r => r.Id).Except(shown));
    }

    private static string Results(JsonNode? log) => log!["runs"]![0]!["results"]!.ToJsonString(new() { WriteIndented = true });

    private static async Task<(int ExitCode, string Output, string Error)> ScanAsync(params string[] options)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var environment = CliEnvironment.OfProcess() with { Folder = Workshop.RepositoryRoot, OutputIsTerminal = false, ErrorIsTerminal = false };
        var exitCode = await Cli.RunAsync(["scan", "samples/scan", .. options], output, error, environment, TestContext.Current.CancellationToken);
        return (exitCode, output.ToString(), error.ToString());
    }
}
