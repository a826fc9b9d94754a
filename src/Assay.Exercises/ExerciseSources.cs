using System.Reflection;

namespace Assay.Exercises;

/// <summary>The texts that belong to an exercise, kept in this assembly.</summary>
internal static class ExerciseSources
{
    private static readonly Assembly Home = typeof(ExerciseSources).Assembly;

    public static string Brief(string exercise) => Read($"{exercise}/brief.md");

    public static IReadOnlyList<SourceText> Starter(string exercise) => Under($"{exercise}/starter/");

    /// <summary>The contract of an exercise with its promises, as source files.</summary>
    public static IReadOnlyList<SourceText> Contract(Type contract)
    {
        // The folder of the interface, and what is common to all.
        var all = Under("contract/");
        var folder = all.Single(file => file.Path.EndsWith($"/{contract.Name}.cs", StringComparison.Ordinal)).Path.Split('/')[0] + "/";
        return [.. all.Where(file => file.Path.StartsWith(folder, StringComparison.Ordinal) || !file.Path.Contains('/', StringComparison.Ordinal)).Select(file => file with { Path = file.Path.Split('/')[^1] })];
    }

    /// <summary>A check of some promises that a candidate can read, run and extend.</summary>
    public static IReadOnlyList<SourceText> Check(string exercise) => [.. Under($"{exercise}/check/"), .. Under("check/")];

    /// <summary>The reference's files, with the imports that the library's projects have by default.</summary>
    public static IReadOnlyList<SourceText> Reference(string exercise) =>
        [new SourceText("GlobalUsings.cs", Read("GlobalUsings.cs")), .. Under($"{exercise}/reference/")];

    private static SourceText[] Under(string prefix) =>
    [
        .. Home.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => new SourceText(name[prefix.Length..], Read(name))),
    ];

    private static string Read(string name)
    {
        using var stream = Home.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"There is no text {name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
