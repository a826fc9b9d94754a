using Microsoft.CodeAnalysis;

namespace Assay.Cli.Output;

/// <summary>Colours for a terminal, or none.</summary>
internal readonly record struct Paint(bool Colors)
{
    public string Bold(string text) => Wrap("1", text);

    public string Dim(string text) => Wrap("2", text);

    public string Accent(string text) => Wrap("1;36", text);

    public string Code(string text) => Wrap("36", text);

    public string Heading(string text) => Wrap("1;4", text);

    public string By(DiagnosticSeverity severity, string text) => severity switch
    {
        DiagnosticSeverity.Error => Wrap("1;31", text),
        DiagnosticSeverity.Warning => Wrap("1;33", text),
        _ => Wrap("1;34", text),
    };

    private string Wrap(string code, string text) => Colors && text.Length > 0 ? $"\e[{code}m{text}\e[0m" : text;
}
