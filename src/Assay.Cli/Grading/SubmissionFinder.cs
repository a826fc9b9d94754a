using Assay.Grading.Intake;

namespace Assay.Cli.Grading;

/// <summary>Tells one submission from a folder of them.</summary>
internal static class SubmissionFinder
{
    /// <summary>The submissions at a path, by name. A folder with sources of its own is one, and so is what "assay new" wrote; otherwise each folder and archive in it is.</summary>
    public static IReadOnlyList<string> Find(string path)
    {
        if (File.Exists(path) || TaskFolder.Is(path) || Directory.EnumerateFiles(path, "*.cs").Any())
            return [path];
        var inside = Directory.GetDirectories(path).Where(folder => !Path.GetFileName(folder).StartsWith('.'))
            .Concat(Directory.GetFiles(path).Where(SubmissionReader.IsSubmissionFile))
            .Order(StringComparer.Ordinal)
            .ToArray();
        return inside.Length > 0 ? inside : [path];
    }
}
