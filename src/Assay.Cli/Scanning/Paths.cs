using System.Text;
using System.Text.RegularExpressions;

namespace Assay.Cli.Scanning;

/// <summary>
/// Shows paths the way the reader knows them: relative to the root of the repository around the working folder, else to the
/// working folder, always with slashes.
/// </summary>
internal sealed class Paths
{
    private readonly string _working;
    private readonly Regex[] _excludes;

    public Paths(string workingFolder, IEnumerable<string> excludes)
    {
        _working = Path.GetFullPath(workingFolder);
        Root = RepositoryAround(_working) ?? _working;
        _excludes = [.. excludes.Select(Glob)];
    }

    /// <summary>The folder that paths in SARIF and GitHub annotations are relative to.</summary>
    public string Root { get; }

    public string Absolute(string path) => Path.GetFullPath(path, _working);

    /// <summary>Relative to the root where below it, else absolute.</summary>
    public string Shown(string path)
    {
        var relative = Path.GetRelativePath(Root, path);
        return (relative.StartsWith("..", StringComparison.Ordinal) ? path : relative).Replace('\\', '/');
    }

    /// <summary>Whether an --exclude glob names the file or a folder above it.</summary>
    public bool IsExcluded(string path)
    {
        if (_excludes.Length == 0)
            return false;
        var names = new[] { Path.GetRelativePath(_working, path).Replace('\\', '/'), Shown(path), path.Replace('\\', '/') };
        return _excludes.Any(exclude => names.Any(exclude.IsMatch));
    }

    // `**` spans folders, `*` and `?` stay within a name; a glob also takes what lies below a folder it names.
    private static Regex Glob(string glob)
    {
        var text = glob.Replace('\\', '/').TrimEnd('/');
        if (text.StartsWith("./", StringComparison.Ordinal))
            text = text[2..];
        var pattern = new StringBuilder("(^|/)");
        for (var i = 0; i < text.Length; i++)
        {
            if (text.AsSpan(i).StartsWith("**/"))
                (pattern, i) = (pattern.Append("(.*/)?"), i + 2);
            else if (text.AsSpan(i).StartsWith("**"))
                (pattern, i) = (pattern.Append(".*"), i + 1);
            else
                pattern.Append(text[i] switch { '*' => "[^/]*", '?' => "[^/]", var c => Regex.Escape(c.ToString()) });
        }
        return new Regex(pattern.Append("(/|$)").ToString(), RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
    }

    private static string? RepositoryAround(string folder)
    {
        for (var current = folder; current is not null; current = Path.GetDirectoryName(current))
        {
            if (Path.Exists(Path.Combine(current, ".git")))
                return current;
        }
        return null;
    }
}
