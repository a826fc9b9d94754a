namespace Assay.Cli.Tests;

/// <summary>Assay scans its own sources.</summary>
public sealed class DogfoodTests
{
    [Fact]
    public async Task No_source_project_has_a_finding_at_warning_level()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var environment = CliEnvironment.OfProcess() with { Folder = Workshop.RepositoryRoot, OutputIsTerminal = false, ErrorIsTerminal = false };

        var exitCode = await Cli.RunAsync(["scan", "src"], output, error, environment, TestContext.Current.CancellationToken);

        Assert.True(exitCode == 0, output.ToString() + error);
        Assert.Empty(error.ToString());
    }
}
