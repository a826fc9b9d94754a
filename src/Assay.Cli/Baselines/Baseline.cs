using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Assay.Cli.Scanning;

namespace Assay.Cli.Baselines;

/// <summary>The findings a team knows and has put off, so that only new ones count.</summary>
internal sealed class Baseline
{
    private const int Version = 1;

    private static readonly JsonSerializerOptions Form = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        NewLine = "\n",
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly ImmutableHashSet<string> _fingerprints;

    private Baseline(IEnumerable<string> fingerprints) => _fingerprints = [.. fingerprints];

    /// <summary>The baseline in a file, or why there is none.</summary>
    public static async Task<(Baseline? Baseline, string? Error)> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = File.OpenRead(path);
            var content = await JsonSerializer.DeserializeAsync<Content>(stream, Form, cancellationToken);
            return content is { Version: Version, Findings: { } findings }
                ? (new Baseline(findings.Select(finding => finding.Fingerprint)), null)
                : (null, $"the baseline '{path}' is not of version {Version}: write it again with --update-baseline");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return (null, $"the baseline '{path}' does not exist: write it with --update-baseline");
        }
        catch (JsonException)
        {
            return (null, $"the baseline '{path}' is not readable JSON: write it again with --update-baseline");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, $"the baseline '{path}' cannot be read: {e.Message.TrimEnd('.')}");
        }
    }

    /// <summary>The baseline that knows exactly the <paramref name="findings"/> that count, as the text of its file.</summary>
    public static string Write(IEnumerable<Finding> findings)
    {
        var entries = findings.Where(f => !f.Suppressed).Select(f => new Entry(f.Fingerprint, f.RuleId, f.Place.Shown, f.Place.Member, f.Message));
        return new StringBuilder(JsonSerializer.Serialize(new Content(Version, [.. entries]), Form)).Append('\n').ToString();
    }

    /// <summary>The findings, those that the baseline knows marked.</summary>
    public ImmutableArray<Finding> Mark(ImmutableArray<Finding> findings) =>
        [.. findings.Select(f => f with { Known = _fingerprints.Contains(f.Fingerprint) })];

    // Everything but the fingerprint is for the people who read the file in a review.
    private sealed record Entry(string Fingerprint, string Rule, string File, string Member, string Message);

    private sealed record Content(int Version, List<Entry>? Findings);
}
