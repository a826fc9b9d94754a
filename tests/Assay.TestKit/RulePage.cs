using Assay.CodeFixes;

namespace Assay.TestKit;

/// <summary>A rule's page, cut into its sections and their code blocks.</summary>
public sealed class RulePage
{
    private const string CodeFence = "```";
    private readonly Dictionary<string, string> _sections = new(StringComparer.Ordinal);

    private RulePage(string text)
    {
        var name = "";
        var inCode = false;
        foreach (var line in text.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n'))
        {
            if (line.StartsWith(CodeFence, StringComparison.Ordinal))
                inCode = !inCode;
            if (!inCode && line.StartsWith("## ", StringComparison.Ordinal))
                name = line[3..].Trim();
            else
                _sections[name] = _sections.GetValueOrDefault(name, "") + line + "\n";
        }
    }

    public IReadOnlyCollection<string> Sections => _sections.Keys;

    /// <summary>The title line, the generated head and why the rule's smell bites.</summary>
    public string Introduction => _sections[""];

    public static string PathOf(string id) => Path.Combine(TestReferences.RepositoryRoot, "docs", "rules", id + ".md");

    public static RulePage Read(RuleEntry rule) => new(File.ReadAllText(PathOf(rule.Id)));

    /// <summary>The C# of a section's only code block.</summary>
    public string CodeOf(string section)
    {
        if (!_sections.TryGetValue(section, out var text))
            throw new TestFailure($"The page has no section '## {section}'.");
        var parts = text.Split(CodeFence + "csharp\n");
        if (parts.Length != 2)
            throw new TestFailure($"The section '## {section}' needs exactly one csharp block, it has {parts.Length - 1}.");
        return parts[1][..parts[1].IndexOf(CodeFence, StringComparison.Ordinal)];
    }

    /// <summary>The text of a section.</summary>
    public string TextOf(string section) => _sections.GetValueOrDefault(section, "");
}
