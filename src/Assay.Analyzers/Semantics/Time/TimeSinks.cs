using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Semantics.Time;

/// <summary>Which calls show a time, which compute with it and which persist it.</summary>
internal sealed class TimeSinks(KnownTypes types)
{
    public bool IsTimeOrNumber(ITypeSymbol? type)
    {
        if (type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable)
            type = nullable.TypeArguments[0];
        return types.IsTime(type)
            || type?.SpecialType is SpecialType.System_Int32 or SpecialType.System_Int64 or SpecialType.System_UInt32 or SpecialType.System_UInt64
                or SpecialType.System_Double or SpecialType.System_Single or SpecialType.System_Decimal;
    }

    /// <summary>A tuple with a time in it, as in <c>_entries[key] = (value, DateTime.UtcNow)</c>.</summary>
    public bool HoldsTime(ITypeSymbol? type)
    {
        if (type is not INamedTypeSymbol { IsTupleType: true } tuple)
            return false;
        foreach (var element in tuple.TupleElements)
        {
            if (types.IsTime(element.Type))
                return true;
        }
        return false;
    }

    /// <summary>Static methods that turn a time into another: <c>DateOnly.FromDateTime</c>, <c>TimeZoneInfo.ConvertTime</c>, <c>Math.Max</c>.</summary>
    public bool IsTimeArithmetic(IMethodSymbol method) =>
        method.IsStatic && (types.IsTime(method.ContainingType) || IsInSystem(method.ContainingType, "Math") || IsInSystem(method.ContainingType, "Convert")
            || IsInSystem(method.ContainingType, "TimeZoneInfo"))
        || method.Name == "GetElapsedTime" && (method.ContainingType.Is(types["System.Diagnostics.Stopwatch"]) || types.IsClock(method.ContainingType));

    /// <summary>Logs, consoles, traces, metrics, text, seeds, hashes, answers of an endpoint.</summary>
    public bool IsSilentCall(IMethodSymbol method)
    {
        var type = method.ContainingType;
        if (method.ReturnType.IsOrInherits(types["System.EventArgs"]) || type.IsOrInherits(types["System.Diagnostics.Tracing.EventSource"]))
            return true;
        // An interpolated string that a handler builds calls AppendFormatted for each hole.
        if (method.ReturnType.SpecialType == SpecialType.System_String || method.Name == "AppendFormatted" || IsLog(method))
            return true;
        return IsSystemSink(type) || IsUnder(type.ContainingNamespace, "System", "Diagnostics") || IsUnder(type.ContainingNamespace, "Microsoft", "AspNetCore");
    }

    /// <summary>A seed for Random, an exception's detail, an ID, text.</summary>
    public bool IsSilentCreation(IMethodSymbol constructor)
    {
        var type = constructor.ContainingType;
        return type.IsOrInherits(types.Exception) || type.Name == "Random" || IsSystemSink(type) || IsRecord(type);
    }

    /// <summary>What is written to a log, a trace or telemetry: <c>LogEntry</c>, <c>TraceRecord</c>, <c>ActivityEvent</c>, event arguments.</summary>
    public bool IsRecord(INamedTypeSymbol type) =>
        type.IsOrInherits(types["System.EventArgs"]) || IsUnder(type.ContainingNamespace, "System", "Diagnostics")
        || HasWord(type.Name, "Log") || HasWord(type.Name, "Trace") || HasWord(type.Name, "Telemetry") || HasWord(type.Name, "Diagnostic");

    /// <summary>Parameters of SQL: what is passed as an object there is persisted or compared by the database.</summary>
    public bool IsDatabase(IMethodSymbol method) =>
        IsUnder(method.ContainingNamespace, "System", "Data") || IsUnder(method.ContainingNamespace, "Microsoft", "Data")
        || IsUnder(method.ContainingNamespace, "Dapper") || IsUnder(method.ContainingNamespace, "Npgsql")
        || method.ContainingType.IsOrInherits(types["System.Data.Common.DbParameterCollection"]);

    private static bool IsLog(IMethodSymbol method)
    {
        var type = method.ContainingType;
        var space = type.ContainingNamespace;
        if (IsUnder(space, "Microsoft", "Extensions", "Logging") || IsUnder(space, "Serilog") || IsUnder(space, "NLog") || IsUnder(space, "log4net"))
            return true;
        // A team's own logger, and the partial methods of [LoggerMessage].
        if (IsLogger(type) || (method.Name.StartsWith("Log", StringComparison.Ordinal) && method.ReturnsVoid))
            return true;
        if (method is { IsExtensionMethod: true, Parameters.IsEmpty: false } && IsLogger(method.Parameters[0].Type))
            return true;
        foreach (var attribute in method.GetAttributes())
        {
            if (attribute.AttributeClass?.Name == "LoggerMessageAttribute")
                return true;
        }
        return false;
    }

    private static bool IsLogger(ITypeSymbol type) =>
        type.Name.EndsWith("Logger", StringComparison.Ordinal) || type.Name.EndsWith("Log", StringComparison.Ordinal)
        || type.Name.EndsWith("Telemetry", StringComparison.Ordinal) || type.Name.EndsWith("Metrics", StringComparison.Ordinal);

    // The word as a part of a name in Pascal case: "Log" in LogEvent, not in Logistics or Catalog.
    private static bool HasWord(string name, string word)
    {
        var at = name.IndexOf(word, StringComparison.Ordinal);
        return at >= 0 && (at + word.Length == name.Length || !char.IsLower(name[at + word.Length]));
    }

    private bool IsSystemSink(INamedTypeSymbol type) =>
        IsInSystem(type, "Console") || IsInSystem(type, "HashCode") || IsInSystem(type, "Guid") || IsInSystem(type, "Random") || IsInSystem(type, "BitConverter")
        || type.SpecialType == SpecialType.System_String
        || type.Is(types["System.Text.StringBuilder"]) || type.IsOrInherits(types["System.IO.TextWriter"]);

    private static bool IsInSystem(INamedTypeSymbol type, string name) =>
        type.Name == name && type.ContainingNamespace is { Name: "System", ContainingNamespace.IsGlobalNamespace: true };

    private static bool IsUnder(INamespaceSymbol? space, params string[] path)
    {
        for (; space is { IsGlobalNamespace: false }; space = space.ContainingNamespace)
        {
            var part = space;
            var i = path.Length - 1;
            while (i >= 0 && part is { IsGlobalNamespace: false } && part.Name == path[i])
            {
                part = part.ContainingNamespace;
                i--;
            }
            if (i < 0 && part.IsGlobalNamespace)
                return true;
        }
        return false;
    }
}
