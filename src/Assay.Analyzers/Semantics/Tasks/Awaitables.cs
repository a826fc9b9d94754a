using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Semantics.Tasks;

/// <summary>Which types can be awaited, and what awaiting them gives.</summary>
internal static class Awaitables
{
    /// <summary>Task, Task&lt;T&gt;, ValueTask or ValueTask&lt;T&gt;, or a class derived from a task.</summary>
    public static bool IsTaskLike(this KnownTypes types, ITypeSymbol? type)
    {
        if (type is not INamedTypeSymbol)
            return false;
        var definition = type.OriginalDefinition;
        return definition.Is(types.ValueTask) || definition.Is(types.ValueTaskOfT) || type.IsOrInherits(types.Task);
    }

    /// <summary>Whether <c>await</c> works on the type through its own <c>GetAwaiter()</c>; extension methods are not looked for.</summary>
    public static bool IsAwaitable(this KnownTypes types, ITypeSymbol? type) =>
        types.IsTaskLike(type) || GetResult(type) is not null;

    /// <summary>The type of an <c>await</c> on <paramref name="type"/>: void for one without a value, null when it cannot be awaited.</summary>
    public static ITypeSymbol? AwaitedType(ITypeSymbol? type) => GetResult(type)?.ReturnType;

    private static IMethodSymbol? GetResult(ITypeSymbol? type)
    {
        if (type is null or IErrorTypeSymbol or IDynamicTypeSymbol)
            return null;
        var getAwaiter = FindParameterless(type, "GetAwaiter");
        return getAwaiter is null ? null : FindParameterless(getAwaiter.ReturnType, "GetResult");
    }

    private static IMethodSymbol? FindParameterless(ITypeSymbol type, string name)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            foreach (var member in current.GetMembers(name))
            {
                if (member is IMethodSymbol { Parameters.IsEmpty: true, IsStatic: false, Arity: 0 } method)
                    return method;
            }
        }
        return null;
    }
}
