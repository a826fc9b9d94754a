using System.Diagnostics;
using System.Security;
using Assay.Exercises;

namespace Assay.Bench.Grading;

/// <summary>
/// What the same submission costs without a grader: an xunit project with the submission's sources and one test a check, built and run by the SDK. The same suites run in its process, with no
/// sandbox and no analysis. Restoring packages is not counted, and no server is left running between two commands.
/// </summary>
internal sealed class DotnetTest : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-peer").FullName;
    private readonly Exercise _exercise;

    public DotnetTest(Sample sample)
    {
        _exercise = sample.Exercise;
        foreach (var file in Directory.GetFiles(sample.Path, "*.cs"))
            File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)));
        // Read before the project is: versions come from the repository's list.
        File.WriteAllText(Path.Combine(_folder, "Directory.Build.props"), Versions());
        File.WriteAllText(Path.Combine(_folder, "Peer.csproj"), Project());
        File.WriteAllText(Path.Combine(_folder, "SubmissionTests.cs"), Tests());
        Run("restore");
    }

    /// <summary>Builds from nothing, then tests.</summary>
    /// <returns>Processor and wall time of both commands.</returns>
    public (PeerRow Build, PeerRow Test) Measure()
    {
        foreach (var name in new[] { "bin", Path.Combine("obj", "Release") })
        {
            if (Directory.Exists(Path.Combine(_folder, name)))
                Directory.Delete(Path.Combine(_folder, name), recursive: true);
        }

        return (Timed("dotnet build", "build", "--no-restore", "-c", "Release", "-p:UseSharedCompilation=false", "-nodeReuse:false"), Timed("dotnet test", "test", "--no-build", "-c", "Release"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private PeerRow Timed(string step, params string[] arguments)
    {
        var (cpu, began) = (ChildCpu.Total, Stopwatch.GetTimestamp());
        Run(arguments);
        return new PeerRow(_exercise.Id, step, (ChildCpu.Total - cpu).TotalMilliseconds, Stopwatch.GetElapsedTime(began).TotalMilliseconds, 1);
    }

    private void Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = _folder, RedirectStandardOutput = true };
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"dotnet {arguments[0]} failed:\n{output}");
    }

    private static string Versions() => $"""
        <Project>
          <PropertyGroup>
            <DirectoryPackagesPropsPath>{SecurityElement.Escape(Path.Combine(Codebase.Metadata("RepositoryRoot"), "Directory.Packages.props"))}</DirectoryPackagesPropsPath>
          </PropertyGroup>
        </Project>
        """;

    private static string Project()
    {
        var here = AppContext.BaseDirectory;
        var references = string.Concat(new[] { "Assay.Contracts", "Assay.Exercises", "Assay.Verify", "Assay.Weaving", "Mono.Cecil" }.Select(name => $"""<Reference Include="{SecurityElement.Escape(Path.Combine(here, name + ".dll"))}" />"""));
        return $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <OutputType>Exe</OutputType>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Microsoft.NET.Test.Sdk" />
                <PackageReference Include="xunit.v3" />
                <PackageReference Include="xunit.runner.visualstudio" />
                {references}
              </ItemGroup>
            </Project>
            """;
    }

    private string Tests() => $$"""
        using Assay.Exercises;
        using Xunit;

        public sealed class SubmissionTests
        {
            public static TheoryData<string> Checks => [.. All.Select(check => check.Id)];

            private static IEnumerable<Check> All => Exercise.All.Single(exercise => exercise.Id == "{{_exercise.Id}}").Stages.SelectMany(stage => stage.Checks);

            [Theory, MemberData(nameof(Checks))]
            public void Holds(string id) => Assert.Null(LocalCheck.Run(All.Single(check => check.Id == id), typeof(SubmissionTests).Assembly, 1));
        }
        """;
}
