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
        if (type.SpecialType is not (SpecialType.System_String or SpecialType.System_Int32 or SpecialType.System_Int64))
            return false;
        foreach (var inner in attempted.Descendants())
        {
            if (inner is IArgumentOperation { Parameter: { Name: var taken, Type: var wanted } } argument && wanted.Is(type)
                && (type.SpecialType == SpecialType.System_String ? SaysName(taken) : SaysId(taken) && inner.Parent is IInvocationOperation) && IsMadeOf(argument.Value, records))
                return true;
        }
        return false;
    }

    // `files[i]` and `folder + "/index"`; of what a call makes of it nothing is known.
    private static bool IsMadeOf(IOperation value, List<ISymbol> records)
    {
        var found = false;
        foreach (var inner in value.DescendantsAndSelf())
        {
            if (inner is IInvocationOperation)
                return false;
            found |= RecordLoop.IsOneOf(records, inner);
        }
        return found;
    }

    private static bool SaysId(string parameter) => parameter is "id" or "pid" || parameter.EndsWith("Id", StringComparison.Ordinal);

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
