using System.Collections.Immutable;
using Assay.Cli.Rules;
using Microsoft.CodeAnalysis;

namespace Assay.Cli.Scanning;

/// <summary>Turns what analyzers report into findings.</summary>
internal sealed class FindingFactory(Paths paths)
{
    /// <summary>The finding; null when it is hidden or lies in no file of the person who scans.</summary>
    public Finding? Create(Diagnostic diagnostic)
    {
        if (diagnostic.Severity == DiagnosticSeverity.Hidden || PlaceOf(diagnostic.Location) is not { } place)
            return null;
        if (paths.IsExcluded(place.Path))
            return null;
        return new Finding(
            diagnostic.Id,
            RuleBook.Find(diagnostic.Id)?.Name ?? diagnostic.Id,
            diagnostic.Severity,
            diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture),
            place,
            [.. diagnostic.AdditionalLocations.Select(PlaceOf).OfType<Place>()],
            diagnostic.IsSuppressed,
            diagnostic.Descriptor.HelpLinkUri);
    }

    /// <summary>
    /// Orders findings and joins those that several target frameworks, or several projects that share a file, report alike:
    /// one that counts anywhere counts.
    /// </summary>
    public static ImmutableArray<Finding> Join(IEnumerable<Finding> findings) => Fingerprints.Assign(
        findings
            .GroupBy(f => (f.Place.Path, f.Place.Span, f.RuleId, f.Message))
            .Select(same => same.OrderBy(f => f.Suppressed).ThenByDescending(f => f.Severity).First())
            .OrderBy(f => f.Place.Shown, StringComparer.Ordinal)
            .ThenBy(f => f.Place.Span.Start)
            .ThenBy(f => f.Place.Span.Length)
            .ThenBy(f => f.RuleId, StringComparer.Ordinal)
            .ThenBy(f => f.Message, StringComparer.Ordinal));

    private Place? PlaceOf(Location location)
    {
        if (location.SourceTree is not { } tree || !Path.IsPathFullyQualified(tree.FilePath))
            return null;
        return new Place(tree.FilePath, paths.Shown(tree.FilePath), tree.GetText(), location.SourceSpan, Members.Around(tree.GetRoot(), location.SourceSpan));
    }
}
