using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.ValueFlow;

/// <summary>What is known of the methods of the framework: their results are made of what goes into them.</summary>
internal static class KnownCalls
{
    private static readonly HashSet<string> s_passing = new(StringComparer.Ordinal)
    {
        "Enumerable", "ImmutableArray", "List", "Dictionary", "IDictionary", "IReadOnlyDictionary", "ConcurrentDictionary", "FrozenDictionary", "CollectionExtensions", "Array", "ArrayList",
        "Hashtable", "IEnumerable", "ICollection", "IList", "Queue", "Stack", "HashSet", "Span", "ReadOnlySpan", "Memory", "ReadOnlyMemory", "MemoryExtensions", "Tuple", "ValueTuple",
        "KeyValuePair", "Nullable", "Encoding", "UTF8Encoding", "Convert", "Uri", "WebUtility", "HttpUtility", "Path", "Regex", "Match", "Group", "Capture", "FormattableString",
        "FormattableStringFactory", "StringReader", "TextReader", "StreamReader", "BinaryReader", "MemoryStream", "JsonSerializer", "JsonElement", "JsonNode", "JsonObject", "JsonArray",
        "JsonDocument", "JsonProperty", "JsonValue", "XDocument", "XElement", "XAttribute", "TaskAsyncEnumerableExtensions", "TaskExtensions", "TaskAwaiter", "ConfiguredTaskAwaitable",
        "ConfiguredTaskAwaiter", "AsyncEnumerable", "Interlocked", "Volatile",
    };

    // What these are handed is looked up or compared with, and not in their result.
    private static readonly HashSet<string> s_askingOnly = new(StringComparer.Ordinal)
    {
        "TryGetValue", "GetValueOrDefault", "Split", "Trim", "TrimStart", "TrimEnd", "ConfigureAwait", "GetProperty", "TryGetProperty",
    };

    /// <summary>What the result of the call is made of; null when nothing is known of the method.</summary>
    public static List<IOperation>? Passed(IInvocationOperation call)
    {
        // `day.ToString("O")`
        if (call.Instance is { } harmless && harmless.Type.IsHarmless())
            return [];
        if (!IsOfFramework(call.TargetMethod))
            return null;
        var parts = new List<IOperation>();
        if (call.Instance is { } instance && Carries(instance.Bare()))
            parts.Add(instance);
        if (call.Instance is null || !s_askingOnly.Contains(call.TargetMethod.Name))
        {
            foreach (var argument in call.Arguments)
            {
                if (argument.Parameter?.RefKind is not RefKind.Out && Carries(argument.Value.Bare()))
                    parts.Add(argument.Value);
            }
        }
        return parts.Count == 0 && !HasConstantsOnly(call) ? null : parts;
    }

    /// <summary>Whether the method hands the elements of its receiver to its lambdas and out again.</summary>
    public static bool IsPassingOn(IMethodSymbol method) =>
        method.ContainingType is { Name: "Enumerable" or "Queryable" or "ParallelEnumerable" or "List" or "Array" or "ImmutableArray" or "AsyncEnumerable" } type && InSystem(type);

    /// <summary>What the lambda of a Select returns; null for other calls.</summary>
    public static List<IOperation>? ResultsOfSelector(IInvocationOperation call)
    {
        if (call.TargetMethod.Name is not ("Select" or "SelectMany" or "ConvertAll") || !IsPassingOn(call.TargetMethod))
            return null;
        foreach (var argument in call.Arguments)
        {
            if (argument.Value.Bare() is IDelegateCreationOperation { Target: IAnonymousFunctionOperation lambda })
                return PrivateCalls.ResultsOf(lambda.Body);
        }
        return null;
    }

    /// <summary>Whether the call doubles the quotes in a text.</summary>
    public static bool IsEscaping(IInvocationOperation call) =>
        call.TargetMethod is { Name: "Replace", ContainingType.SpecialType: SpecialType.System_String }
        && call.Arguments.Length > 1 && call.Arguments.At(0).Value.ConstantValue is { HasValue: true, Value: "'" or "\"" or "]" or "`" or "\\" };

    private static bool HasConstantsOnly(IInvocationOperation call)
    {
        if (call.Instance is { ConstantValue.HasValue: false, Type: var type } && !type.IsHarmless())
            return false;
        foreach (var argument in call.Arguments)
        {
            if (!argument.Value.Bare().ConstantValue.HasValue && !argument.Value.Bare().Type.IsHarmless())
                return false;
        }
        return call.Instance is not null || call.Arguments.Length > 0;
    }

    private static bool Carries(IOperation value) =>
        !value.ConstantValue.HasValue && value.Type.HoldsContent() && value is not IInstanceReferenceOperation;

    private static bool IsOfFramework(IMethodSymbol method)
    {
        if (method.ContainingType is not { } type)
            return false;
        if (type.SpecialType is SpecialType.System_String or SpecialType.System_Object || type.Name is "StringBuilder" or "Task" or "ValueTask" or "StringValues")
            return true;
        if (!InSystem(type))
            return type.Name == "JsonConvert";
        return s_passing.Contains(type.Name);
    }

    private static bool InSystem(INamedTypeSymbol type)
    {
        var space = type.ContainingNamespace;
        while (space is { ContainingNamespace: { IsGlobalNamespace: false } outer })
            space = outer;
        return space?.Name is "System";
    }
}
