using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>How messages and fixes speak of accesses.</summary>
internal static class AccessNames
{
    /// <summary>The function around the access, as its author calls it.</summary>
    public static string Named(ISymbol? function) => function switch
    {
        IMethodSymbol { AssociatedSymbol: { } property } => property.Name,
        IMethodSymbol { MethodKind: MethodKind.Constructor or MethodKind.StaticConstructor } constructor => constructor.ContainingType.Name,
        { } named => named.Name,
        null => "a lambda",
    };

    /// <summary>The lock as the code at the access writes it; null when it cannot: <c>other._gate</c> for <c>other._n</c>.</summary>
    public static string? GateAt(IOperation access, GuardTerm term)
    {
        if (!term.IsPlain)
            return null;
        if (term.IsStatic || access is not IMemberReferenceOperation { Instance: { } instance } || instance is IInstanceReferenceOperation)
            return term.Text;
        return term.Text == "this" ? instance.Syntax.ToString() : $"{instance.Syntax}.{term.Text}";
    }

    /// <summary>The line, with the file when it is another one than that of <paramref name="from"/>.</summary>
    public static string LineFrom(this Location place, Location from)
    {
        var file = place.SourceTree?.FilePath ?? "";
        if (file == (from.SourceTree?.FilePath ?? ""))
            return $"line {place.Line()}";
        return $"line {place.Line()} of {file.Substring(file.LastIndexOfAny(['/', '\\']) + 1)}";
    }
}
