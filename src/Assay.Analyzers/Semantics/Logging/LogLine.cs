using System.Collections.Immutable;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Semantics.Logging;

/// <summary>A call that writes a line to a log, taken apart.</summary>
/// <param name="Library">The library that the call belongs to.</param>
/// <param name="Call">The call.</param>
/// <param name="Level">How bad what it tells is.</param>
/// <param name="Exception">The argument of the exception parameter; null when the call has none.</param>
/// <param name="Text">The message or its template; null when the call has none.</param>
/// <param name="Values">What the holes of the template are filled with, in the order of the arguments.</param>
/// <param name="SeesAllValues">False when an array is passed whose content the call does not show.</param>
internal sealed record LogLine(
    LogLibrary Library,
    IInvocationOperation Call,
    LogSeverity Level,
    IArgumentOperation? Exception,
    IArgumentOperation? Text,
    ImmutableArray<IOperation> Values,
    bool SeesAllValues)
{
    /// <summary>The text when the compiler knows it.</summary>
    public string? ConstantText => Text?.Value.Unwrap().ConstantValue is { HasValue: true, Value: string text } ? text : null;

    /// <summary>Whether the text is a format that values are put into, and no finished message.</summary>
    public bool HasTemplate => Library != LogLibrary.Log4Net || Call.TargetMethod.Name.EndsWith("Format", StringComparison.Ordinal);
}

/// <summary>The logging libraries whose overloads are known.</summary>
internal enum LogLibrary
{
    Microsoft,
    Serilog,
    NLog,
    Log4Net,
}

/// <summary>How bad what a log line tells is.</summary>
internal enum LogSeverity
{
    Detail,
    Warning,
    Error,
}
