using System.Collections.Immutable;
using System.Text;
using Assay.CodeFixes;
using Microsoft.CodeAnalysis;

namespace Assay.Cli.Scanning;

/// <summary>
/// The modes as the text of a global analyzer config, the same form in which the package ships them, so that an
/// .editorconfig wins over a mode here as it does in a build.
/// </summary>
internal static class Presets
{
    // Above the package's own presets, for a mode named on the command line is the later word; below everything a team writes.
    private const int Level = -99;

    /// <summary>The config for a mode and for rules asked for by ID; null when both leave everything as it is.</summary>
    public static string? Config(Mode? mode, ImmutableArray<string> askedFor)
    {
        var lines = new StringBuilder();
        foreach (var rule in RuleCatalogue.All)
        {
            if (Severity(mode, rule.Descriptor, askedFor.Contains(rule.Id)) is { } severity)
                lines.Append("dotnet_diagnostic.").Append(rule.Id).Append(".severity = ").Append(severity).Append('\n');
        }
        return lines.Length == 0 ? null : $"is_global = true\nglobal_level = {Level}\n{lines}";
    }

    private static string? Severity(Mode? mode, DiagnosticDescriptor rule, bool askedFor) => mode switch
    {
        Mode.None when !askedFor => "none",
        Mode.Grading => "warning",
        Mode.Strict when !rule.IsEnabledByDefault && !askedFor => "suggestion",
        // Warnings too: one that weak evidence lowered is a suggestion, and strict has none.
        Mode.Strict when rule.DefaultSeverity <= DiagnosticSeverity.Warning => "warning",
        // Named on the command line, it runs though it is off by default.
        _ when askedFor && !rule.IsEnabledByDefault => "warning",
        _ => null,
    };
}
