using Assay.Exercises;
using Assay.Grading.Intake;

namespace Assay.Cli.Grading;

/// <summary>What a candidate begins with: the brief, the contract to read, the starter's files to hand in, and a check to run, all in one project that needs nothing but the SDK.</summary>
internal static class StarterFolder
{
    /// <summary>The files.</summary>
    public static IEnumerable<SourceText> Of(Exercise exercise) =>
    [
        new SourceText("BRIEF.md", $"""
            {exercise.Brief.TrimEnd()}

            ## In this folder

            `contract/` is what to implement; `{TaskFolder.Submission}/` is yours and all that is handed in; `check/` is a program to check some of it with `dotnet run`, to be extended as you like.

            """),
        new SourceText(TaskFolder.Project, """
            <Project Sdk="Microsoft.NET.Sdk">
              <!-- For your own check: only the .cs files of the folder "submission" are handed in, and grading reads nothing else. -->
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
              </PropertyGroup>
            </Project>

            """),
        .. Within(TaskFolder.Contract, exercise.ContractSources),
        .. Within(TaskFolder.Submission, exercise.Starter),
        .. Within("check", exercise.VisibleCheck),
    ];

    private static IEnumerable<SourceText> Within(string folder, IEnumerable<SourceText> files) => files.Select(file => file with { Path = $"{folder}/{file.Path}" });
}
