using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.ValueFlow;

/// <summary>What is known of the methods of the framework: their results are made of what goes into them.</summary>
internal static class KnownCalls
{
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
        // What is looked up or compared with is not in the result.
        if (call.TargetMethod.Name is not ("TryGetValue" or "GetValueOrDefault" or "GetString" or "Split" or "Trim" or "TrimStart" or "TrimEnd" or "ConfigureAwait" or "GetProperty" or "TryGetProperty") || call.Instance is null)
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
        && call.Arguments.Length > 1 && call.Arguments[0].Value.ConstantValue is { HasValue: true, Value: "'" or "\"" or "]" or "`" or "\\" };

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
        return type.Name is
            "Enumerable" or "ImmutableArray" or "List" or "Dictionary" or "IDictionary" or "IReadOnlyDictionary" or "ConcurrentDictionary" or "FrozenDictionary" or "CollectionExtensions" or "Array" or "ArrayList" or "Hashtable"
            or "Encoding" or "UTF8Encoding" or "Convert" or "Uri" or "WebUtility" or "HttpUtility" or "Path" or "Tuple" or "ValueTuple" or "KeyValuePair" or "Span" or "ReadOnlySpan" or "Memory" or "ReadOnlyMemory"
            or "MemoryExtensions" or "JsonSerializer" or "JsonElement" or "JsonNode" or "JsonObject" or "JsonArray" or "JsonDocument" or "JsonProperty" or "JsonValue" or "XDocument" or "XElement" or "XAttribute" or "Regex" or "Match" or "Group" or "Capture"
            or "TaskAsyncEnumerableExtensions" or "TaskExtensions" or "TaskAwaiter" or "ConfiguredTaskAwaitable" or "ConfiguredTaskAwaiter" or "AsyncEnumerable" or "Interlocked" or "Volatile"
            or "FormattableString" or "FormattableStringFactory" or "StringReader" or "TextReader" or "StreamReader" or "BinaryReader" or "MemoryStream" or "Nullable" or "IEnumerable" or "ICollection" or "IList" or "Queue" or "Stack" or "HashSet";
    }

    private static bool InSystem(INamedTypeSymbol type)
    {
        var space = type.ContainingNamespace;
        while (space is { ContainingNamespace: { IsGlobalNamespace: false } outer })
            space = outer;
        return space?.Name is "System";
    }
}
