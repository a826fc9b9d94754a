using System.Reflection;

namespace Assay.Exercises;

/// <summary>The texts that belong to an exercise, kept in this assembly.</summary>
internal static class ExerciseSources
{
    private static readonly Assembly Home = typeof(ExerciseSources).Assembly;

    public static string Brief(string exercise) => Read($"{exercise}/brief.md");

    public static IReadOnlyList<SourceText> Starter(string exercise) => Under($"{exercise}/starter/");

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
