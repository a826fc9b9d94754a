using System.Collections.Immutable;
using Microsoft.CodeAnalysis.CSharp;

namespace Assay.Cli.Loading;

/// <summary>How the SDK would compile a project for one target framework.</summary>
/// <param name="Project">The project file.</param>
/// <param name="Framework">The target framework.</param>
/// <param name="Arguments">The arguments of the compiler.</param>
/// <param name="Outputs">The assemblies the project would write, the reference assemblies included.</param>
/// <param name="References">The projects it references, each with the assembly taken from it.</param>
internal sealed record ProjectReport(
    string Project,
    string Framework,
    ImmutableArray<string> Arguments,
    ImmutableArray<string> Outputs,
    ImmutableArray<(string Project, string Output)> References)
{
    private CSharpCommandLineArguments? _compiler;

    /// <summary>The project's folder, which relative arguments start from.</summary>
    public string Folder => Path.GetDirectoryName(Project)!;

    /// <summary>The arguments as the compiler understands them.</summary>
    public CSharpCommandLineArguments Compiler =>
        _compiler ??= CSharpCommandLineParser.Default.Parse(Arguments, Folder, sdkDirectory: null);

    /// <summary>Reads what assay.report.targets wrote.</summary>
    public static ProjectReport Parse(IEnumerable<string> lines)
    {
        var values = lines
            .Select(line => line.Split('=', 2))
            .Where(pair => pair.Length == 2 && pair[1].Length > 0)
            .ToLookup(pair => pair[0], pair => pair[1]);
        return new ProjectReport(
            values["project"].First(),
            values["framework"].FirstOrDefault() ?? "",
            [.. values["argument"]],
            [.. values["output"].Distinct(StringComparer.Ordinal)],
            [.. values["reference"].Distinct(StringComparer.Ordinal).Select(Reference)]);
    }

    private static (string, string) Reference(string text)
    {
        var separator = text.IndexOf('|');
        return (text[..separator], text[(separator + 1)..]);
    }
}
