using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>A path of members that names the same object as long as the function runs.</summary>
/// <param name="Text">The root and the hops, each with its type: <c>this:.Account::_gate</c>.</param>
/// <param name="Last">The last member; null for the root alone.</param>
/// <param name="Type">The type of what the path names.</param>
/// <param name="IsPrivate">Whether all members on the path are private.</param>
/// <param name="IsFresh">Whether the root is an object that the function itself has made.</param>
internal readonly record struct StablePath(string Text, ISymbol? Last, ITypeSymbol? Type, bool IsPrivate, bool IsFresh)
{
    public const string This = "this:";

    /// <summary>Whether the path starts at a parameter of the function around it.</summary>
    public bool IsArgument => Text.StartsWith("arg", StringComparison.Ordinal);

    public bool IsOwn => Text.StartsWith(This, StringComparison.Ordinal);

    /// <summary>Whether a path is this one or starts with it.</summary>
    public static bool IsWithin(string path, string start) =>
        path.StartsWith(start, StringComparison.Ordinal) && (path.Length == start.Length || path[start.Length] == '.');

    /// <summary>The path as code writes it, given how it writes the root.</summary>
    public static string Written(string path)
    {
        var hops = path.IndexOf(':') + 1;
        var root = path.Substring(0, hops - 1);
        // arg#3(other): the number tells equal names apart.
        var name = root.IndexOf('(');
        var text = name < 0 ? "" : root.Substring(name + 1, root.Length - name - 2);
        foreach (var hop in path.Substring(hops).Split(['.'], StringSplitOptions.RemoveEmptyEntries))
        {
            var member = hop.Substring(hop.IndexOf("::", StringComparison.Ordinal) + 2);
            text = text.Length == 0 ? member : $"{text}.{member}";
        }
        return text.Length == 0 ? root : text;
    }
}
