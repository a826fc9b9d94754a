using System.Collections.Immutable;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace Assay.Cli.Loading;

/// <summary>Reads which projects a solution names, in the classic and in the XML form.</summary>
internal static partial class SolutionFile
{
    /// <summary>The absolute paths of the projects in the order of the file, or why it cannot be read.</summary>
    public static (ImmutableArray<string> Projects, string? Error) Projects(string path)
    {
        try
        {
            var names = path.EndsWith(".slnx", StringComparison.OrdinalIgnoreCase) ? XmlNames(path) : ClassicNames(path);
            var folder = Path.GetDirectoryName(path)!;
            return ([.. names.Select(name => Path.GetFullPath(name.Replace('\\', Path.DirectorySeparatorChar), folder))], null);
        }
        catch (Exception e) when (e is XmlException or IOException or UnauthorizedAccessException)
        {
            return ([], e.Message.TrimEnd('.'));
        }
    }

    private static IEnumerable<string> XmlNames(string path) =>
        [.. XDocument.Load(path).Descendants("Project").Select(project => (string?)project.Attribute("Path")).OfType<string>()];

    // A solution folder looks like a project whose path is its name.
    private static IEnumerable<string> ClassicNames(string path) =>
        [.. File.ReadLines(path).Select(line => ProjectLine().Match(line)).Where(match => match.Success).Select(match => match.Groups["path"].Value)];

    [GeneratedRegex("""^\s*Project\("\{[^"]*"\)\s*=\s*"[^"]*"\s*,\s*"(?<path>[^"]+\.\w*proj)"\s*,""", RegexOptions.CultureInvariant)]
    private static partial Regex ProjectLine();
}
