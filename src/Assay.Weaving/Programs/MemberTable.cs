using System.Reflection;

namespace Assay.Weaving.Programs;

/// <summary>The calls that programs over a type are made of: its public members, each with a few arguments that let calls meet.</summary>
internal sealed class MemberTable
{
    // Two values of each kind: enough for calls that agree and calls that differ.
    private static readonly Dictionary<Type, (object? Value, string Text)[]> Domains = new()
    {
        [typeof(int)] = [(1, "1"), (2, "2")],
        [typeof(long)] = [(1L, "1"), (2L, "2")],
        [typeof(uint)] = [(1u, "1"), (2u, "2")],
        [typeof(short)] = [((short)1, "1"), ((short)2, "2")],
        [typeof(byte)] = [((byte)1, "1"), ((byte)2, "2")],
        [typeof(double)] = [(1.0, "1"), (2.0, "2")],
        [typeof(decimal)] = [(1m, "1"), (2m, "2")],
        [typeof(bool)] = [(true, "true"), (false, "false")],
        [typeof(char)] = [('a', "'a'"), ('b', "'b'")],
        [typeof(string)] = [("a", "\"a\""), ("b", "\"b\"")],
        [typeof(object)] = [("a", "\"a\"")],
        [typeof(TimeSpan)] = [(TimeSpan.FromSeconds(1), "1 s")],
        [typeof(CancellationToken)] = [(CancellationToken.None, "none")],
        [typeof(IReadOnlyList<string>)] = [(new[] { "a", "b" }, "[\"a\", \"b\"]")],
        [typeof(TimeProvider)] = [(RunClock.Instance, "clock")],
    };

    private MemberTable(Type type, IReadOnlyList<string> without)
    {
        Type = type;
        var methods = type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static)
            .Where(method => method.DeclaringType!.Assembly == type.Assembly && !method.IsGenericMethodDefinition && !IsInvariant(method) && !without.Contains(method.Name))
            .Where(method => method.Name is not ("ToString" or "Equals" or "GetHashCode" or "Deconstruct" or "<Clone>$" or "PrintMembers") && !method.Name.StartsWith("op_", StringComparison.Ordinal));
        Calls = [.. methods.OrderBy(method => method.MetadataToken).SelectMany(PlansFor)];
        Invariants = [.. type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance).Where(IsInvariant).Select(method => new CallPlan(method, [], method.Name))];
    }

    public Type Type { get; }

    /// <summary>Every call.</summary>
    public IReadOnlyList<CallPlan> Calls { get; }

    /// <summary>Methods marked as invariant: they must hold, and return true if they return anything, whenever no call runs.</summary>
    public IReadOnlyList<CallPlan> Invariants { get; }

    /// <summary>Makes an instance; null for a static class.</summary>
    public Func<object?> Create { get; private init; } = static () => null;

    /// <summary>The calls that show the state when the lanes have ended.</summary>
    public IReadOnlyList<CallPlan> Observers => [.. Calls.Where(call => call is { HasAnswer: true, Waits: null }).OrderBy(call => call.Method.IsSpecialName ? 0 : 1).Take(6)];

    /// <summary>The table of a type; null, with the reason, when it has nothing to call or cannot be made.</summary>
    public static MemberTable? Of(Type type, out string reason, IReadOnlyList<string>? without = null)
    {
        reason = "";
        if (type.ContainsGenericParameters)
        {
            if (Closed(type) is not { } closed)
            {
                reason = $"{type.Name} has type parameters for which nothing simple will do";
                return null;
            }

            type = closed;
        }

        var isStatic = type is { IsAbstract: true, IsSealed: true };
        Func<object?>? create = isStatic ? static () => null : Constructor(type);
        if (create is null)
        {
            reason = $"{type.Name} has no public constructor whose arguments can be made up";
            return null;
        }

        var table = new MemberTable(type, without ?? []) { Create = create };
        if (table.Calls.Count > 0)
            return table;
        reason = $"{type.Name} has no public member whose arguments can be made up";
        return null;
    }

    // One type for all parameters: the first that their constraints allow.
    private static Type? Closed(Type type)
    {
        foreach (var argument in new[] { typeof(int), typeof(string), typeof(DayOfWeek), typeof(object) })
        {
            try
            {
                return type.MakeGenericType([.. type.GetGenericArguments().Select(_ => argument)]);
            }
            catch (ArgumentException)
            {
                // A constraint forbids it; reflection has no way to ask before.
            }
        }

        return null;
    }

    private static bool IsInvariant(MethodInfo method) => method.CustomAttributes.Any(attribute => attribute.AttributeType.Name == "InvariantAttribute");

    private static Func<object?>? Constructor(Type type)
    {
        if (type.IsAbstract)
            return null;
        foreach (var constructor in type.GetConstructors().OrderBy(one => one.GetParameters().Length))
        {
            if (Arguments(constructor.GetParameters()) is not [var (arguments, _), ..])
                continue;
            var invoker = ConstructorInvoker.Create(constructor);
            return () => invoker.Invoke(((object?[])arguments.Clone()).AsSpan());
        }

        return null;
    }

    private static IEnumerable<CallPlan> PlansFor(MethodInfo method) =>
        (Arguments(method.GetParameters()) ?? []).Select(arguments => new CallPlan(method, arguments.Values, Text(method, arguments.Texts)));

    private static string Text(MethodInfo method, string[] texts)
    {
        if (method.IsSpecialName && method.Name.StartsWith("get_", StringComparison.Ordinal))
            return texts.Length == 0 ? method.Name[4..] : $"this[{string.Join(", ", texts)}]";
        if (method.IsSpecialName && method.Name.StartsWith("set_", StringComparison.Ordinal))
            return texts.Length == 1 ? $"{method.Name[4..]} = {texts[0]}" : $"this[{string.Join(", ", texts[..^1])}] = {texts[^1]}";
        return $"{method.Name}({string.Join(", ", texts)})";
    }

    /// <summary>A few lists of arguments: all first values, then each parameter's second. Null when one cannot be made up.</summary>
    private static List<(object?[] Values, string[] Texts)>? Arguments(ParameterInfo[] parameters)
    {
        var domains = parameters.Select(Domain).ToList();
        if (domains.Exists(domain => domain is null))
            return null;
        var lists = new List<(object?[], string[])> { Pick(domains!, -1) };
        for (var second = 0; second < domains.Count; second++)
        {
            if (domains[second]!.Length > 1)
                lists.Add(Pick(domains!, second));
        }

        return lists;
    }

    private static (object?[], string[]) Pick(List<(object? Value, string Text)[]> domains, int second) => (
        [.. domains.Select((domain, index) => domain[index == second ? 1 : 0].Value)],
        [.. domains.Select((domain, index) => domain[index == second ? 1 : 0].Text)]);

    private static (object? Value, string Text)[]? Domain(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        if (type.IsByRef)
            return [(null, parameter.IsOut ? "out _" : "ref _")];
        if (Nullable.GetUnderlyingType(type) is { } inner)
            type = inner;
        if (Domains.TryGetValue(type, out var known))
            return known;
        if (type.IsEnum)
            return [.. Enum.GetValues(type).Cast<object>().Take(2).Select(value => ((object?)value, value.ToString()!))];
        if (MadeUpDelegate.For(type) is { } made)
            return [(made, "delegate")];
        return parameter.HasDefaultValue ? [(parameter.DefaultValue, "default")] : null;
    }
}
