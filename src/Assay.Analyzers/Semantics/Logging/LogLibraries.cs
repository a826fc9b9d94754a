using System.Collections.Immutable;
using Assay.Analyzers.Semantics.Bodies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Logging;

/// <summary>
/// The log calls of Microsoft.Extensions.Logging, Serilog, NLog and log4net. Their overloads differ in the order of their
/// parameters, yet the libraries name them alike; so a call is taken apart by the names of its parameters.
/// </summary>
internal sealed class LogLibraries
{
    private static readonly Words s_microsoft = Words.Of("LogTrace", "LogDebug", "LogInformation", "LogWarning", "LogError", "LogCritical", "Log", "BeginScope");

    private static readonly Words s_all = Words.Of(
        "LogTrace", "LogDebug", "LogInformation", "LogWarning", "LogError", "LogCritical", "Log", "BeginScope",
        "Trace", "Debug", "Info", "Warn", "Error", "Fatal", "Verbose", "Information", "Warning", "Write",
        "DebugFormat", "InfoFormat", "WarnFormat", "ErrorFormat", "FatalFormat");

    private static readonly (string Type, LogLibrary Library)[] s_types =
    [
        ("Microsoft.Extensions.Logging.LoggerExtensions", LogLibrary.Microsoft),
        ("Serilog.ILogger", LogLibrary.Serilog),
        ("Serilog.Log", LogLibrary.Serilog),
        ("Serilog.Core.Logger", LogLibrary.Serilog),
        ("NLog.ILogger", LogLibrary.NLog),
        ("NLog.Logger", LogLibrary.NLog),
        ("NLog.ILoggerBase", LogLibrary.NLog),
        ("NLog.ILoggerExtensions", LogLibrary.NLog),
        ("log4net.ILog", LogLibrary.Log4Net),
    ];

    private readonly List<(INamedTypeSymbol Type, LogLibrary Library)> _known;
    private readonly KnownTypes _types;

    private LogLibraries(List<(INamedTypeSymbol, LogLibrary)> known, KnownTypes types) => (_known, _types) = (known, types);

    /// <summary>The words without which a body has no log call.</summary>
    public Words Words => _known.TrueForAll(k => k.Library == LogLibrary.Microsoft) ? s_microsoft : s_all;

    /// <summary>The libraries that the compilation knows; null when it knows none.</summary>
    public static LogLibraries? Of(KnownTypes types)
    {
        var known = new List<(INamedTypeSymbol, LogLibrary)>();
        foreach (var (name, library) in s_types)
        {
            if (types[name] is { } type)
                known.Add((type, library));
        }
        return known.Count == 0 ? null : new LogLibraries(known, types);
    }

    /// <summary>The log line that the call writes; null when it writes none.</summary>
    public LogLine? Read(IInvocationOperation call)
    {
        if (LibraryOf(call.TargetMethod.ContainingType) is not { } library)
            return null;
        IArgumentOperation? exception = null, text = null;
        var values = ImmutableArray.CreateBuilder<IOperation>();
        var seesAll = true;
        foreach (var argument in call.Arguments)
        {
            switch (argument.Parameter?.Name)
            {
                case "exception" when argument.Parameter.Type.IsOrInherits(_types.Exception):
                    exception = argument;
                    break;
                case "message" or "messageTemplate" or "messageFormat" or "format":
                    text = argument;
                    break;
                case "args" or "propertyValues":
                    seesAll &= AddElements(argument, values);
                    break;
                case { } name when name.StartsWith("arg", StringComparison.Ordinal) || name.StartsWith("propertyValue", StringComparison.Ordinal):
                    values.Add(argument.Value.Unwrap());
                    break;
            }
        }
        // A question such as `IsEnabled(level)`.
        if (text is null && exception is null)
            return null;
        // log4net: `Error(object message)` is handed the exception itself.
        if (text is not null && exception is null && text.Value.Bare().Type.IsOrInherits(_types.Exception))
            (exception, text) = (text, null);
        return new LogLine(library, call, LevelOf(call), exception, text, values.ToImmutable(), seesAll);
    }

    private LogLibrary? LibraryOf(INamedTypeSymbol? type)
    {
        if (type?.Name is not ("LoggerExtensions" or "ILogger" or "Log" or "Logger" or "ILoggerBase" or "ILoggerExtensions" or "ILog"))
            return null;
        foreach (var (known, library) in _known)
        {
            if (known.Is(type))
                return library;
        }
        return null;
    }

    private static bool AddElements(IArgumentOperation argument, ImmutableArray<IOperation>.Builder values)
    {
        if (argument.Value.Bare() is not IArrayCreationOperation { Initializer: { } elements })
            return false;
        foreach (var element in elements.ElementValues)
            values.Add(element.Unwrap());
        return true;
    }

    private static LogSeverity LevelOf(IInvocationOperation call)
    {
        var name = call.TargetMethod.Name;
        if (name is "Log" or "Write")
        {
            foreach (var argument in call.Arguments)
            {
                if (argument.Parameter?.Name is "logLevel" or "level")
                    name = argument.Value.Unwrap() is IFieldReferenceOperation level ? level.Field.Name : "Error";
            }
        }
        if (name.IndexOf("Error", StringComparison.Ordinal) >= 0 || name.IndexOf("Critical", StringComparison.Ordinal) >= 0 || name.IndexOf("Fatal", StringComparison.Ordinal) >= 0)
            return LogSeverity.Error;
        return name.IndexOf("Warn", StringComparison.Ordinal) >= 0 ? LogSeverity.Warning : LogSeverity.Detail;
    }
}
