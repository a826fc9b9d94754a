namespace Assay.Weaving.Tests;

/// <summary>The classic bugs beside this assembly: in each file a type that has the bug, and its twin without.</summary>
internal static class ClassicBug
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Types");

    public static IEnumerable<string> Names => Directory.GetFiles(Folder, "*.cs").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal);

    public static string Source(string name) => File.ReadAllText(Path.Combine(Folder, name + ".cs"));
}
