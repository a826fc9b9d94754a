using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Assay.Cli.Scanning;

/// <summary>
/// Names a finding by what stays when lines move: the rule, the text of its line without blanks, the member around it, the
/// name of the file, and which of several equal ones it is.
/// </summary>
internal static class Fingerprints
{
    private const int BytesKept = 12;

    /// <summary>Gives each of the <paramref name="findings"/>, which are in report order, its fingerprint.</summary>
    public static ImmutableArray<Finding> Assign(IEnumerable<Finding> findings)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        var result = ImmutableArray.CreateBuilder<Finding>();
        foreach (var finding in findings)
        {
            var name = string.Join('\n', finding.RuleId, Path.GetFileName(finding.Place.Path), finding.Place.Member, WithoutBlanks(finding.Place.LineText));
            var index = seen.GetValueOrDefault(name);
            seen[name] = index + 1;
            result.Add(finding with { Fingerprint = Hash($"{name}\n{index}") });
        }
        return result.ToImmutable();
    }

    private static string WithoutBlanks(string line) =>
        string.Concat(line.Where(c => !char.IsWhiteSpace(c)));

    private static string Hash(string name) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, BytesKept));
}
