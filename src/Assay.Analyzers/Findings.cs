using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers;

/// <summary>Builds the diagnostics of rules: the place, the other places, the names from the user's code.</summary>
internal static class Findings
{
    /// <summary>A finding at the rule's default severity.</summary>
    public static Diagnostic At(this DiagnosticDescriptor rule, Location place, params object?[] names) =>
        Diagnostic.Create(rule, place, names);

    /// <summary>A finding that points at other places too: the other half of a race, the block inside a helper.</summary>
    public static Diagnostic At(
        this DiagnosticDescriptor rule,
        Location place,
        ImmutableArray<Location> related,
        params object?[] names) =>
        Diagnostic.Create(rule, place, related, names);

    /// <summary>A finding whose severity the evidence lowers or raises against the rule's default.</summary>
    public static Diagnostic At(
        this DiagnosticDescriptor rule,
        Location place,
        DiagnosticSeverity severity,
        ImmutableArray<Location> related,
        ImmutableDictionary<string, string?>? properties,
        params object?[] names) =>
        Diagnostic.Create(rule, place, severity, related, properties, names);
}
