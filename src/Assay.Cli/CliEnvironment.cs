using System.Collections.Immutable;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Assay.Cli;

/// <summary>What a command may know of the world around it; the tests hand in another one.</summary>
/// <param name="Folder">The working folder, absolute.</param>
/// <param name="Variables">The environment variables.</param>
/// <param name="OutputIsTerminal">Whether a person reads standard output.</param>
/// <param name="ErrorIsTerminal">Whether a person reads standard error.</param>
/// <param name="Width">The columns of the terminal.</param>
public sealed record CliEnvironment(
    string Folder,
    ImmutableDictionary<string, string> Variables,
    bool OutputIsTerminal,
    bool ErrorIsTerminal,
    int Width)
{
    private const int WidthWithoutTerminal = 120;

    /// <summary>Analyzers that run besides the catalogue's, so that a test can see what a crashing rule does.</summary>
    internal ImmutableArray<DiagnosticAnalyzer> ExtraAnalyzers { get; init; } = [];

    /// <summary>Tells how old the leftovers of killed graders are.</summary>
    internal TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>NO_COLOR, set to anything, asks every program for plain text.</summary>
    public bool AllowsColor => OutputIsTerminal && string.IsNullOrEmpty(Variables.GetValueOrDefault("NO_COLOR"));

    public static CliEnvironment OfProcess()
    {
        var variables = ImmutableDictionary.CreateBuilder<string, string>(OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
            variables[(string)variable.Key] = (string?)variable.Value ?? "";
        return new CliEnvironment(
            Directory.GetCurrentDirectory(),
            variables.ToImmutable(),
            !Console.IsOutputRedirected,
            !Console.IsErrorRedirected,
            Console.IsOutputRedirected || Console.WindowWidth <= 0 ? WidthWithoutTerminal : Console.WindowWidth);
    }
}

/// <summary>Where a command writes and what it may know.</summary>
/// <param name="Output">The result of the command.</param>
/// <param name="Error">What went wrong, and progress.</param>
/// <param name="Environment">The world around the command.</param>
internal sealed record CliContext(TextWriter Output, TextWriter Error, CliEnvironment Environment)
{
    /// <summary>Says what is wrong and what to do about it, in one line.</summary>
    public Task ComplainAsync(string message) => Error.WriteLineAsync($"assay: {message}");
}

/// <summary>What the process ends with.</summary>
internal static class ExitCode
{
    public const int Clean = 0;
    public const int Findings = 1;
    public const int Unusable = 2;
    public const int Interrupted = 130;
}
