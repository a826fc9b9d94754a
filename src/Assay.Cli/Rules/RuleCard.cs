using Microsoft.CodeAnalysis;

namespace Assay.Cli.Rules;

/// <summary>What the commands tell about a rule.</summary>
/// <param name="Id">ASSAYnnnn.</param>
/// <param name="Name">The smell as a noun phrase.</param>
/// <param name="Category">The category, one of nine.</param>
/// <param name="Severity">error, warning, suggestion, hidden or off.</param>
/// <param name="Title">What is wrong, as one sentence.</param>
/// <param name="Fix">Whether a fix is offered at some places.</param>
/// <param name="Help">The address of the published page.</param>
internal sealed record RuleCard(string Id, string Name, string Category, string Severity, string Title, bool Fix, string Help);

/// <summary>The words for severities; what the compiler calls info is a suggestion to the people who read it.</summary>
internal static class SeverityName
{
    public const string Off = "off";

    public static string Of(DiagnosticSeverity severity) => severity switch
    {
        DiagnosticSeverity.Error => "error",
        DiagnosticSeverity.Warning => "warning",
        DiagnosticSeverity.Info => "suggestion",
        _ => "hidden",
    };
}
