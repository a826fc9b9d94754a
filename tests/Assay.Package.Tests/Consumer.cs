using System.Text.Json;
using Assay.TestKit;

namespace Assay.Package.Tests;

/// <summary>A fresh project in a temporary folder that takes the package from the local feed and nothing from elsewhere.</summary>
internal sealed class Consumer : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public Consumer(PackedFeed feed, string properties = "")
    {
        _folder.Write("nuget.config", $"""
            <configuration>
              <packageSources><clear /><add key="local" value="{feed.Feed}" /></packageSources>
            </configuration>
            """);
        _folder.Write("Consumer.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <RestorePackagesPath>packages</RestorePackagesPath>
                <DefaultItemExcludes>$(DefaultItemExcludes);packages/**</DefaultItemExcludes>
                {properties}
              </PropertyGroup>
              <ItemGroup><PackageReference Include="Assay.Analyzers" Version="{PackedFeed.Version}" PrivateAssets="all" /></ItemGroup>
            </Project>
            """);
        // Nothing above the folder may decide about it.
        _folder.Write("Directory.Build.props", "<Project />");
    }

    public string Write(string name, string text) => _folder.Write(name, text);

    public string Read(string name) => File.ReadAllText(_folder.PathOf(name));

    public Task<(int ExitCode, string Output)> DotNetAsync(params string[] arguments) => DotNet.RunAsync(_folder.Path, arguments);

    /// <summary>Builds and returns what the compiler's own SARIF log holds of Assay's rules.</summary>
    public async Task<IReadOnlyList<LoggedFinding>> BuildAsync()
    {
        await DotNet.SucceedAsync(_folder.Path, "build", "-p:ErrorLog=log.sarif%2Cversion=2.1");
        using var log = JsonDocument.Parse(Read("log.sarif"));
        return [.. from result in log.RootElement.GetProperty("runs")[0].GetProperty("results").EnumerateArray()
                   let id = result.GetProperty("ruleId").GetString()
                   where id.StartsWith("ASSAY", StringComparison.Ordinal)
                   let place = result.GetProperty("locations")[0].GetProperty("physicalLocation")
                   let region = place.GetProperty("region")
                   select new LoggedFinding(
                       id,
                       result.GetProperty("level").GetString()!,
                       Path.GetFileName(place.GetProperty("artifactLocation").GetProperty("uri").GetString()!),
                       region.GetProperty("startLine").GetInt32(),
                       region.GetProperty("startColumn").GetInt32(),
                       region.GetProperty("endColumn").GetInt32())];
    }

    public void Dispose() => _folder.Dispose();
}

/// <summary>A result of the compiler's SARIF log; columns count from one.</summary>
internal sealed record LoggedFinding(string Rule, string Level, string File, int Line, int StartColumn, int EndColumn);
