using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Loops;

/// <summary>Tells by its name or its elements a sequence that is short by nature: what a method, a row, a path or a header is made of.</summary>
internal static class FewParts
{
    private static readonly HashSet<string> s_parts = NameWords.Set(
        """
        parameter parameters params argument arguments args column columns field fields dimension dimensions rank segment segments attribute attributes modifier modifiers generics constraint
        constraints header headers flag flags option options extension extensions interface interfaces overload overloads operator operators operand operands alias aliases language languages
        culture cultures role roles scope scopes permission permissions tab tabs slot slots choice choices citation citations placeholder placeholders bracket brackets indent indentation depth
        table tables relation relations service services assembly assemblies module modules type types endpoint endpoints sink sinks framework frameworks font fonts color colors month months
        issuer issuers provider providers factory factories plugin plugins
        """);

    // What an element is says more than the name of the whole: `IParameterSymbol`, `DataColumn`.
    private static readonly HashSet<string> s_elements = NameWords.Set("parameter argument column dimension attribute modifier constraint operand placeholder interface table relation service assembly module type endpoint sink framework font color provider factory plugin");

    /// <summary>Whether the sequence is one of parts.</summary>
    public static bool IsOne(IOperation sequence) =>
        NameOf(sequence) is { } name && LastWord(name) is { } word && s_parts.Contains(word)
        || ElementOf(sequence.Type) is { Name: { Length: > 0 } element } && LastWord(element) is { } kind && (s_elements.Contains(kind) || element == "IParameterSymbol");

    /// <summary>Whether the number counts parts: <c>reader.FieldCount</c>, <c>parameterCount</c>, <c>depth</c>.</summary>
    public static bool AreCounted(IOperation number)
    {
        if (NameOf(number) is not { } name)
            return false;
        var words = NameWords.Of(name);
        var last = words.Count - 1;
        if (last > 0 && words[last] is "count" or "length")
            last--;
        return last >= 0 && s_parts.Contains(words[last]);
    }

    private static string? NameOf(IOperation operation) => operation switch
    {
        ILocalReferenceOperation local => local.Local.Name,
        IParameterReferenceOperation parameter => parameter.Parameter.Name,
        IMemberReferenceOperation member => member.Member.Name,
        IInvocationOperation { TargetMethod.Name: var name } when name.StartsWith("Get", StringComparison.Ordinal) => name,
        _ => null,
    };

    private static string? LastWord(string name)
    {
        var words = NameWords.Of(name);
        return words.Count == 0 ? null : words[words.Count - 1];
    }

    private static ITypeSymbol? ElementOf(ITypeSymbol? type) => type switch
    {
        IArrayTypeSymbol array => array.ElementType,
        INamedTypeSymbol { TypeArguments: { Length: 1 } arguments } => arguments[0],
        _ => null,
    };
}
