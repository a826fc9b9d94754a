namespace Assay.Cli.Rules;

/// <summary>The parts of a rule's page that other tools show.</summary>
internal static class RulePage
{
    /// <summary>The prose between the title and the first section, on one line.</summary>
    public static string Why(string page)
    {
        var lines = page.ReplaceLineEndings("\n").Split('\n').SkipWhile(line => line.StartsWith('#') || line.Length == 0);
        return string.Join(' ', lines.TakeWhile(line => !line.StartsWith('#')).Select(line => line.Trim()).Where(line => line.Length > 0));
    }

    /// <summary>The page for a reader without Markdown: its marks of headings and code fences taken off.</summary>
    public static string Plain(string page)
    {
        var lines = page.ReplaceLineEndings("\n").Split('\n').Where(line => !line.StartsWith("```", StringComparison.Ordinal));
        return string.Join('\n', lines.Select(line => line.StartsWith('#') ? line.TrimStart('#', ' ') : line)).Trim();
    }
}
