namespace Assay.Cli.Tests.Loading;

/// <summary>Loads real projects through the SDK of this machine.</summary>
public sealed class ProjectTests : IDisposable
{
    private readonly Workshop _shop = new();

    public void Dispose() => _shop.Dispose();

    [Theory]
    [InlineData("Shop.slnx")]
    [InlineData("Shop.sln")]
    [InlineData(".")]
    public async Task A_solution_needs_no_prior_build(string path)
    {
        TwoProjects();
        if (path == "Shop.sln")
        {
            File.Delete(_shop.Path("Shop.slnx"));
            _shop.Write("Shop.sln", """
                Microsoft Visual Studio Solution File, Format Version 12.00
                Project("{9A19103F-16F7-4668-BE54-9A1E7A4F7556}") = "App", "App\App.csproj", "{11111111-1111-1111-1111-111111111111}"
                EndProject
                Project("{2150E333-8FDC-42A3-9474-1A3956D46DE8}") = "folder", "folder", "{22222222-2222-2222-2222-222222222222}"
                EndProject
                Project("{9A19103F-16F7-4668-BE54-9A1E7A4F7556}") = "Lib", "Lib\Lib.csproj", "{33333333-3333-3333-3333-333333333333}"
                EndProject
                """);
        }

        var outcome = await _shop.RunAsync("scan", path, "--rule", "ASSAY3003");

        Assert.Empty(outcome.Error);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("Lib/Feed.cs:11:13: warning ASSAY3003", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("1 finding (1 warning) in 2 files, ", outcome.Output, StringComparison.Ordinal);
        Assert.Contains(", 2 projects, ", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_referenced_project_is_compiled_against_but_not_scanned()
    {
        TwoProjects();

        var outcome = await _shop.RunAsync("scan", "App/App.csproj", "--rule", "ASSAY3003");

        Assert.Empty(outcome.Error);
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("no findings in 1 file, ", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_target_frameworks_report_a_finding_once()
    {
        _shop.Project("Lib/Lib.csproj", "net10.0;netstandard2.0", properties: "<LangVersion>latest</LangVersion>")
            .Write("Lib/Feed.cs", Workshop.Flagged)
            .Write("Lib/OnlyOld.cs", "#if NETSTANDARD2_0\n" + Workshop.Flagged.Replace("PriceFeed", "Old", StringComparison.Ordinal) + "#endif\n")
            .Project("App/App.csproj", "netstandard2.0", """<ProjectReference Include="..\Lib\Lib.csproj" />""")
            .Write("App/Use.cs", "class Use : Shared { }")
            .Write("Lib/Shared.cs", "public class Shared { }");

        var outcome = await _shop.RunAsync("scan", ".", "--rule", "ASSAY3003");

        Assert.Empty(outcome.Error);
        Assert.Equal(2, outcome.Output.Split("warning ASSAY3003").Length - 1);
        Assert.Contains(", 2 projects, ", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_project_is_named_and_the_others_are_scanned()
    {
        TwoProjects();
        _shop.Write("Broken/Broken.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"><Prop")
            .Solution("Shop.slnx", "App/App.csproj", "Broken/Broken.csproj", "Lib/Lib.csproj", "Gone/Gone.csproj");

        var outcome = await _shop.RunAsync("scan", "Shop.slnx", "--rule", "ASSAY3003");

        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("Lib/Feed.cs:11:13", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("assay: Broken/Broken.csproj: does not load: MSB4025: ", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("assay: Gone/Gone.csproj: does not exist, though Shop.slnx names it", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_but_a_broken_project_ends_with_two()
    {
        _shop.Write("Broken.csproj", "<Project");

        var outcome = await _shop.RunAsync("scan", ".");

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("assay: Broken.csproj: does not load: MSB4025: ", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_project_that_does_not_compile_is_named_with_its_first_errors()
    {
        TwoProjects();
        _shop.Write("App/Program.cs", "System.Console.WriteLine(new Missing());");

        var outcome = await _shop.RunAsync("scan", "Shop.slnx", "--rule", "ASSAY3003");

        Assert.Equal(1, outcome.ExitCode);
        Assert.StartsWith("assay: App/App.csproj: does not compile (1 error), so findings may be missing: App/Program.cs(1): CS0246: ", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(2, (await _shop.RunAsync("scan", "App/App.csproj", "--rule", "ASSAY3003")).ExitCode);
    }

    [Fact]
    public async Task A_project_that_does_not_restore_is_named()
    {
        TwoProjects();
        _shop.Project("App/App.csproj", items: """<PackageReference Include="Assay.No.Such.Package.Anywhere" Version="[0.0.0-none]" />""")
            .Write("NuGet.config", """<configuration><packageSources><clear /><add key="here" value="." /></packageSources></configuration>""");

        var outcome = await _shop.RunAsync("scan", "Shop.slnx", "--rule", "ASSAY3003");

        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("assay: App/App.csproj: ", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("NU1101", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_circle_of_references_is_named_and_the_others_are_scanned()
    {
        TwoProjects();
        _shop.Project("A/A.csproj", items: """<ProjectReference Include="../B/B.csproj" />""")
            .Project("B/B.csproj", items: """<ProjectReference Include="../A/A.csproj" />""")
            .Solution("Shop.slnx", "App/App.csproj", "Lib/Lib.csproj", "A/A.csproj", "B/B.csproj");

        var outcome = await _shop.RunAsync("scan", "Shop.slnx", "--rule", "ASSAY3003");

        Assert.Equal(1, outcome.ExitCode);
        Assert.Equal("assay: A/A.csproj: is in a circle of project references (A.csproj → B.csproj → A.csproj): remove one of them\n", outcome.Error);
        Assert.Equal(2, (await _shop.RunAsync("scan", "A")).ExitCode);
    }

    [Fact]
    public async Task Editorconfig_severities_NoWarn_and_generators_are_honoured()
    {
        _shop.Project("Lib.csproj", properties: "<TreatWarningsAsErrors>true</TreatWarningsAsErrors>")
            .Write(".editorconfig", "root = true\n[Quiet.cs]\ndotnet_diagnostic.ASSAY3003.severity = none\n[Hint.cs]\ndotnet_diagnostic.ASSAY3003.severity = suggestion\n")
            .Write("Quiet.cs", Workshop.Flagged)
            .Write("Hint.cs", Workshop.Flagged.Replace("PriceFeed", "Hint", StringComparison.Ordinal))
            .Write("Loud.cs", Workshop.Flagged.Replace("PriceFeed", "Loud", StringComparison.Ordinal))
            .Write("Made.cs", """partial class Made { [System.Text.RegularExpressions.GeneratedRegex("a+")] private static partial System.Text.RegularExpressions.Regex A(); }""");

        var outcome = await _shop.RunAsync("scan", ".", "--rule", "ASSAY3003");

        // The partial method would lack its body without the generator.
        Assert.Empty(outcome.Error);
        Assert.Contains("Hint.cs:11:13: suggestion ASSAY3003", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("Loud.cs:11:13: warning ASSAY3003", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Quiet.cs", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_without_the_SDK_is_told_so()
    {
        TwoProjects();
        _shop.Environment = _shop.Environment with { Variables = _shop.Environment.Variables.SetItem("DOTNET_HOST_PATH", _shop.Path("no-dotnet")) };

        var outcome = await _shop.RunAsync("scan", ".");

        Assert.Equal(2, outcome.ExitCode);
        Assert.Equal("assay: 'dotnet' was not found: install the .NET SDK and put it on PATH\n", outcome.Error);
    }

    [Fact]
    public async Task Loose_takes_the_files_of_a_project_as_they_are()
    {
        TwoProjects();

        var outcome = await _shop.RunAsync("scan", ".", "--loose", "--rule", "ASSAY3003");

        Assert.Equal(1, outcome.ExitCode);
        Assert.False(Directory.Exists(_shop.Path("Lib/obj")));
    }

    private void TwoProjects() => _shop
        .Project("App/App.csproj", items: """<ProjectReference Include="..\Lib\Lib.csproj" />""", properties: "<OutputType>Exe</OutputType>")
        .Write("App/Program.cs", "System.Console.WriteLine(new PriceFeed().Read(\"prices\"));")
        .Project("Lib/Lib.csproj")
        .Write("Lib/Feed.cs", Workshop.Flagged.Replace("class", "public class", StringComparison.Ordinal))
        .Solution("Shop.slnx", "App/App.csproj", "Lib/Lib.csproj");
}
