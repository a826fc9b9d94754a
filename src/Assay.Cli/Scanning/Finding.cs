using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Assay.Cli.Scanning;

/// <summary>What a rule reported, free of the compiler that found it.</summary>
/// <param name="RuleId">ASSAYnnnn.</param>
/// <param name="RuleName">The rule's name.</param>
/// <param name="Severity">The severity after presets, .editorconfig and evidence.</param>
/// <param name="Message">What will happen at this place.</param>
/// <param name="Place">Where.</param>
/// <param name="Related">The other places that belong to it.</param>
/// <param name="Suppressed">Whether a pragma or an attribute in the source suppresses it.</param>
/// <param name="Help">The address of the rule's page.</param>
internal sealed record Finding(
    string RuleId,
    string RuleName,
    DiagnosticSeverity Severity,
    string Message,
    Place Place,
    ImmutableArray<Place> Related,
    bool Suppressed,
    string Help)
{
    /// <summary>Stays the same when lines move; see <see cref="Fingerprints"/>.</summary>
    public string Fingerprint { get; init; } = "";

    /// <summary>Whether the baseline knows it already.</summary>
    public bool Known { get; init; }

    /// <summary>The title of the fix offered here; null when none is, or nobody asked.</summary>
    public string? FixTitle { get; init; }

    /// <summary>Whether it is one that a person is to act on.</summary>
    public bool Counts => !Suppressed && !Known;
}

/// <summary>A span of a source file.</summary>
/// <param name="Path">The absolute path.</param>
/// <param name="Shown">The path as the reader knows it, relative to the root of the repository or the working folder, with slashes.</param>
/// <param name="Text">The text of the file.</param>
/// <param name="Span">The characters of the place.</param>
/// <param name="Member">The names of the types and the member around it, joined by dots.</param>
internal sealed record Place(string Path, string Shown, SourceText Text, TextSpan Span, string Member)
{
    public LinePosition Start => Text.Lines.GetLinePosition(Span.Start);

    public LinePosition End => Text.Lines.GetLinePosition(Span.End);

    /// <summary>The line, counted from one.</summary>
    public int Line => Start.Line + 1;

    /// <summary>The column in UTF-16 units, counted from one.</summary>
    public int Column => Start.Character + 1;

    public int EndLine => End.Line + 1;

    public int EndColumn => End.Character + 1;

    /// <summary>The text of the first line of the place.</summary>
    public string LineText => Text.Lines[Start.Line].ToString();
}
