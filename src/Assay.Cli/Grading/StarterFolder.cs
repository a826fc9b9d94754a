using Assay.Exercises;

namespace Assay.Cli.Grading;

/// <summary>What a candidate begins with: the brief, the contract to read, a project that compiles, and the starter's files.</summary>
internal static class StarterFolder
{
    /// <summary>The files.</summary>
    public static IEnumerable<SourceText> Of(Exercise exercise)
    {
        yield return new SourceText("BRIEF.md", exercise.Brief);
        yield return new SourceText(
            "Submission.csproj",
            """
            <Project Sdk="Microsoft.NET.Sdk">
              <!-- For the editor alone: only the .cs files are handed in, and grading reads nothing else. -->
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
              </PropertyGroup>
              <ItemGroup>
                <Reference Include="lib/Assay.Contracts.dll" />
              </ItemGroup>
            </Project>

            """);
        foreach (var file in exercise.Starter)
            yield return file;
    }
}
