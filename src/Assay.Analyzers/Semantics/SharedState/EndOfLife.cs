using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>Tells the functions that end an object, after which nobody is to use it, from those that work with it.</summary>
internal static class EndOfLife
{
    private const int MostHops = 3;

    private static readonly string[] s_words = ["Dispose", "Close", "Stop", "Shutdown", "ShutDown", "CleanUp", "Cleanup", "Finalize", "TearDown"];

    /// <summary>Whether the function ends the object, by its name or because only such functions call it.</summary>
    public static bool Is(ISymbol? function, TypeModel model) => Is(function, model, MostHops);

    private static bool Is(ISymbol? function, TypeModel model, int hops)
    {
        if (function is null || hops == 0)
            return false;
        foreach (var word in s_words)
        {
            if (function.Name.StartsWith(word, StringComparison.Ordinal))
                return true;
        }
        if (function.DeclaredAccessibility != Accessibility.Private)
            return false;
        var isCalled = false;
        foreach (var call in model.Calls)
        {
            if (!call.Callee.Is(function.OriginalDefinition))
                continue;
            isCalled = true;
            if (!Is(call.Function, model, hops - 1))
                return false;
        }
        return isCalled;
    }
}
