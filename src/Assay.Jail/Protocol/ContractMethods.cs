using System.Reflection;

namespace Assay.Jail.Protocol;

/// <summary>The methods of a contract in an order both sides agree on, and what a method gives once its task has ended.</summary>
internal static class ContractMethods
{
    /// <summary>All methods, those of inherited interfaces too, by their signatures.</summary>
    public static MethodInfo[] Of(Type contract)
    {
        // Loops, because queries cost a jail more to load than to run.
        List<MethodInfo> methods = [.. contract.GetMethods()];
        foreach (var inherited in contract.GetInterfaces())
            methods.AddRange(inherited.GetMethods());
        var (sorted, names) = (methods.ToArray(), new string[methods.Count]);
        for (var i = 0; i < names.Length; i++)
            names[i] = string.Concat(sorted[i].DeclaringType!.FullName, ".", sorted[i].ToString());
        Array.Sort(names, sorted, StringComparer.Ordinal);
        return sorted;
    }

    /// <summary>What a method gives in the end: the result of its task, or void.</summary>
    public static Type ResultOf(Type returned)
    {
        if (returned == typeof(Task) || returned == typeof(ValueTask))
            return typeof(void);
        return returned.IsGenericType && returned.GetGenericTypeDefinition() is var open && (open == typeof(Task<>) || open == typeof(ValueTask<>))
            ? returned.GetGenericArguments()[0]
            : returned;
    }

    /// <summary>Whether a method's result arrives later.</summary>
    public static bool IsAwaited(Type returned) => ResultOf(returned) != returned;
}
