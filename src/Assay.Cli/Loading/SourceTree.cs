using System.Collections.Immutable;
using System.IO.Enumeration;

namespace Assay.Cli.Loading;

/// <summary>Lists files the way a person would: no build output, nothing hidden, no links that lead in circles.</summary>
internal static class SourceTree
{
    private static readonly EnumerationOptions Listing = new() { IgnoreInaccessible = true, AttributesToSkip = FileAttributes.Hidden };

    private static readonly EnumerationOptions Walk = new()
    {
        IgnoreInaccessible = true,
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.Hidden | FileAttributes.System,
    };

    /// <summary>The files with one of the extensions directly in a folder, ordered.</summary>
    public static ImmutableArray<string> In(string folder, params string[] extensions) =>
        [.. Directory.EnumerateFiles(folder, "*", Listing).Where(file => HasExtension(file, extensions)).Order(StringComparer.Ordinal)];

    /// <summary>The files with the extension in a folder and all below it, ordered.</summary>
    public static ImmutableArray<string> Below(string folder, string extension)
    {
        var files = new FileSystemEnumerable<string>(folder, (ref FileSystemEntry entry) => entry.ToFullPath(), Walk)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory && entry.FileName.EndsWith(extension, StringComparison.OrdinalIgnoreCase),
            ShouldRecursePredicate = (ref FileSystemEntry entry) => !IsOutput(entry.FileName) && !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
        };
        return [.. files.Order(StringComparer.Ordinal)];
    }

    private static bool IsOutput(ReadOnlySpan<char> name) =>
        name is "bin" or "obj" or "node_modules" || name.StartsWith(".");

    private static bool HasExtension(string file, string[] extensions) =>
        extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase);
}
