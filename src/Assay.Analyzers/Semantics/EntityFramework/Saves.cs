using Assay.Analyzers.Semantics.Bodies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.EntityFramework;

/// <summary>Recognises the calls that write the changes of a context to the database.</summary>
internal static class Saves
{
    /// <summary>What a body mentions that saves, itself or through a member that is named for it.</summary>
    public static readonly Words Words = Words.Of("Save*", "Commit*", "Complete*", "Persist*");

    private const int MostHops = 2;

    /// <summary>The save that the call makes, itself or in a method of the compilation; null when it makes none.</summary>
    public static IInvocationOperation? Of(IInvocationOperation call, EntityTypes types, CancellationToken cancellationToken) =>
        Of(call, types, MostHops, cancellationToken);

    private static IInvocationOperation? Of(IInvocationOperation call, EntityTypes types, int hops, CancellationToken cancellationToken)
    {
        if (types.IsSave(call.TargetMethod))
            return call;
        if (hops == 0 || !IsNamedForIt(call.TargetMethod.Name) || FunctionScope.BodyOf(call, types.Known, cancellationToken) is not { } body)
            return null;
        foreach (var operation in FunctionScope.Own(body))
        {
            if (operation is IInvocationOperation inner && Of(inner, types, hops - 1, cancellationToken) is { } save)
                return save;
        }
        return null;
    }

    private static bool IsNamedForIt(string name) =>
        name.StartsWith("Save", StringComparison.Ordinal) || name.StartsWith("Commit", StringComparison.Ordinal) || name.StartsWith("Complete", StringComparison.Ordinal)
        || name.StartsWith("Persist", StringComparison.Ordinal);
}
