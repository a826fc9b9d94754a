using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Catches;

/// <summary>Finds the constructor of an exception that takes its cause beside what another constructor is given.</summary>
internal static class InnerExceptions
{
    private static readonly HashSet<string> s_textNames = new(StringComparer.OrdinalIgnoreCase) { "message", "msg", "text", "error", "errorMessage", "description", "s" };

    /// <summary>
    /// The parameter that would take the cause: an optional one of the same constructor, or one more of another constructor that has
    /// all that is given now. Null when there is none.
    /// </summary>
    public static IParameterSymbol? SlotOf(IObjectCreationOperation created, ISymbol containing, KnownTypes types)
    {
        var constructor = created.Constructor!;
        foreach (var parameter in constructor.Parameters)
        {
            if (parameter.IsOptional && parameter.Type.Is(types.Exception))
                return parameter;
        }
        var within = containing as INamedTypeSymbol ?? containing.ContainingType;
        foreach (var other in constructor.ContainingType.InstanceConstructors)
        {
            if (other.Parameters.Length == constructor.Parameters.Length + 1
                && types.Compilation.IsSymbolAccessibleWithin(other, within)
                && Slot(constructor, other, types) is { } slot)
            {
                return slot;
            }
        }
        return null;
    }

    private static IParameterSymbol? Slot(IMethodSymbol given, IMethodSymbol wanted, KnownTypes types)
    {
        IParameterSymbol? slot = null;
        var next = 0;
        foreach (var parameter in wanted.Parameters)
        {
            if (next < given.Parameters.Length && IsSame(given.Parameters[next], parameter))
                next++;
            else if (slot is null && parameter.Type.Is(types.Exception))
                slot = parameter;
            else
                return null;
        }
        return next == given.Parameters.Length ? slot : null;
    }

    // `ArgumentNullException(string paramName)` is not `ArgumentNullException(string message, Exception innerException)` without its end.
    private static bool IsSame(IParameterSymbol given, IParameterSymbol wanted) =>
        given.Type.Is(wanted.Type)
        && (string.Equals(given.Name, wanted.Name, StringComparison.OrdinalIgnoreCase) || s_textNames.Contains(given.Name) && s_textNames.Contains(wanted.Name));
}
