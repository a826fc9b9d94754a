using System.Collections.Immutable;
using System.Xml;
using System.Xml.Linq;

namespace Assay.Cli.Loading;

/// <summary>
/// What can be told about a project without the SDK: which projects it names, so that circles are found before a build
/// engine runs in them, and whether its packages were restored since it changed.
/// </summary>
internal static class ProjectFile
{
    private static readonly string[] FilesThatChangeARestore = ["Directory.Packages.props", "Directory.Build.props", "Directory.Build.targets", "nuget.config", "NuGet.Config"];

    /// <summary>The C# projects it names directly; a name made of properties is left to the SDK.</summary>
    public static ImmutableArray<string> References(string project)
    {
        try
        {
            return [.. from element in XDocument.Load(project).Descendants()
                       where element.Name.LocalName == "ProjectReference"
                       let name = (string?)element.Attribute("Include")
                       where name is not null && name.IndexOfAny(['$', '@', '*', ';', '%']) < 0
                       let path = Path.GetFullPath(name.Trim().Replace('\\', Path.DirectorySeparatorChar), Path.GetDirectoryName(project)!)
                       where path.EndsWith(".csproj", StringComparison.OrdinalIgnoreCase) && File.Exists(path)
                       select path];
        }
        // The SDK will say what is wrong with it.
        catch (Exception e) when (e is XmlException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Whether a restore is missing or older than what it depends on.</summary>
    public static bool NeedsRestore(string project)
    {
        var folder = Path.GetDirectoryName(project)!;
        var assets = new FileInfo(Path.Combine(folder, "obj", "project.assets.json"));
        return !assets.Exists || Inputs(project, folder).Any(input => File.GetLastWriteTimeUtc(input) > assets.LastWriteTimeUtc);
    }

    private static IEnumerable<string> Inputs(string project, string folder)
    {
        yield return project;
        for (var current = folder; current is not null; current = Path.GetDirectoryName(current))
        {
            foreach (var name in FilesThatChangeARestore)
            {
                if (File.Exists(Path.Combine(current, name)))
                    yield return Path.Combine(current, name);
            }
        }
    }
}
