using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Catches;

/// <summary>
/// Tells the name of a thing from a record: a file, a process or a job that its path, name or key leads to is still there
/// when the turn fails, so nothing is lost but the turn.
/// </summary>
internal static class RecordNames
{
    private static readonly string[] s_endings = ["name", "path", "file", "directory", "folder", "key", "url", "uri", "identifier"];

    /// <summary>Whether a type holds what a record is found by.</summary>
    public static bool IsKey(string type) =>
        type.EndsWith("Key", StringComparison.Ordinal) || type.EndsWith("Name", StringComparison.Ordinal)
        || type.EndsWith("Path", StringComparison.Ordinal) || type.EndsWith("Identifier", StringComparison.Ordinal);

    /// <summary>Whether the tried code uses the item as the name of something: its type says so, or who takes it says so.</summary>
    public static bool Name(ITypeSymbol type, List<ISymbol> records, IOperation attempted)
    {
        if (IsKey(type.Name) || type.Name == "Uri")
            return true;
        if (type.SpecialType != SpecialType.System_String)
            return false;
        foreach (var inner in attempted.Descendants())
        {
            if (inner is IArgumentOperation { Parameter: { Type.SpecialType: SpecialType.System_String, Name: var taken } } argument
                && RecordLoop.IsOneOf(records, argument.Value.Unwrap()) && SaysName(taken))
                return true;
        }
        return false;
    }

    // `Path.Combine(path1, path2)` counts its names.
    private static bool SaysName(string parameter)
    {
        var word = parameter.TrimEnd('0', '1', '2', '3', '4');
        foreach (var ending in s_endings)
        {
            if (word.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }
}
