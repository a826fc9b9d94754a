using System.Text.RegularExpressions;

namespace Assay.Cli.Loading;

/// <summary>An error line of the build engine.</summary>
/// <param name="File">The file at fault; may be empty.</param>
/// <param name="Code">Such as NU1101 or MSB4025.</param>
/// <param name="Message">The text, one line.</param>
/// <param name="Project">The project that was built; may be empty.</param>
internal sealed partial record SdkError(string File, string Code, string Message, string Project)
{
    /// <summary>Codes that say that packages were not restored.</summary>
    public bool AsksForRestore => Code is "NETSDK1004" or "NETSDK1005" or "NETSDK1064" or "NETSDK1047";

    public bool IsAbout(string project) =>
        Project.Equals(project, StringComparison.OrdinalIgnoreCase) || File.Equals(project, StringComparison.OrdinalIgnoreCase);

    /// <summary>The error in a line of output; null when it holds none.</summary>
    public static SdkError? Parse(string line)
    {
        var match = ErrorLine().Match(line);
        return match.Success
            ? new SdkError(match.Groups["file"].Value.Trim(), match.Groups["code"].Value, match.Groups["message"].Value.Trim(), match.Groups["project"].Value)
            : null;
    }

    [GeneratedRegex("""^(?<file>.*?)(\([\d,-]+\))?\s*: error (?<code>\w+)\s*: (?<message>.*?)(\s*\[(?<project>[^\[\]]+?)(::[^\[\]]*)?\])?$""", RegexOptions.CultureInvariant)]
    private static partial Regex ErrorLine();
}
