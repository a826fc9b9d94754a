using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Catches;

/// <summary>Recognises calls that write a log line or print one.</summary>
internal static class LogCalls
{
    private static readonly string[] s_loggers =
    [
        "Microsoft.Extensions.Logging.LoggerExtensions",
        "Microsoft.Extensions.Logging.ILogger",
        "Serilog.ILogger",
        "Serilog.Log",
        "NLog.ILoggerBase",
        "NLog.ILoggerExtensions",
        "log4net.ILog",
        "System.Console",
        "System.Diagnostics.Trace",
        "System.Diagnostics.Debug",
        "System.Diagnostics.EventLog",
        "System.Diagnostics.TraceSource",
    ];

    /// <summary>Whether the call writes to a logging library, to a type named like a logger, to the console or to the trace.</summary>
    public static bool IsLogCall(this KnownTypes types, IInvocationOperation call)
    {
        var method = call.TargetMethod;
        if (IsConsoleWriter(call, types) || IsGenerated(method, types) || IsNamedLog(method))
            return true;
        if (!IsLogVerb(method.Name))
            return false;
        foreach (var logger in s_loggers)
        {
            if (types[logger] is { } known && (method.ContainingType.IsOrInherits(known) || call.Instance?.Type.IsOrInherits(known) == true))
                return true;
        }
        // A wrapper of the house, by the names every logging library shares.
        return IsNamedLikeLogger(call.Instance?.Type ?? method.ContainingType)
            || (method.IsExtensionMethod && call.Arguments.Length > 0 && IsNamedLikeLogger(call.Arguments.At(0).Value.Unwrap().Type));
    }

    // `LogFailure(ex)`, a method of the user's own that gives nothing back.
    private static bool IsNamedLog(IMethodSymbol method) =>
        method.ReturnsVoid && method.Name.StartsWith("Log", StringComparison.Ordinal) && (method.Name.Length == 3 || char.IsUpper(method.Name[3]));

    private static bool IsNamedLikeLogger(ITypeSymbol? type) =>
        type?.Name is "ILogger" or "Logger" or "ILog" or "Log" or "ILogging" or "ILoggerAdapter";

    private static bool IsLogVerb(string name) =>
        name.StartsWith("Log", StringComparison.Ordinal)
        || name.StartsWith("Write", StringComparison.Ordinal)
        || name.StartsWith("Trace", StringComparison.Ordinal)
        || name.StartsWith("Debug", StringComparison.Ordinal)
        || name.StartsWith("Info", StringComparison.Ordinal)
        || name.StartsWith("Warn", StringComparison.Ordinal)
        || name.StartsWith("Error", StringComparison.Ordinal)
        || name is "Verbose" or "Fatal" or "FatalFormat" or "Critical" or "Print" or "Fail" or "Assert";

    // Console.Error.WriteLine and its siblings are calls on a TextWriter.
    private static bool IsConsoleWriter(IInvocationOperation call, KnownTypes types) =>
        call.Instance?.Unwrap() is IPropertyReferenceOperation { Property: { Name: "Error" or "Out" } property }
        && property.ContainingType.Is(types["System.Console"]);

    private static bool IsGenerated(IMethodSymbol method, KnownTypes types)
    {
        if (types["Microsoft.Extensions.Logging.LoggerMessageAttribute"] is not { } marker)
            return false;
        foreach (var attribute in method.GetAttributes())
        {
            if (attribute.AttributeClass.Is(marker))
                return true;
        }
        return false;
    }
}
