using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using Assay.Analyzers;
using Assay.CodeFixes;

namespace Assay.Dev;

/// <summary>
/// Writes the four files of a new rule and its release line. They compile at once; the rule's test and page fail until they
/// are filled in.
/// </summary>
internal static class NewRuleCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("name") { Description = "The smell as a noun phrase, such as CheckThenAct." };
        var category = new Argument<string>("category") { Description = string.Join(", ", Category.All) };
        var id = new Option<string?>("--id") { Description = "The ID; the next free one of the category when not given." };
        var root = new Option<string>("--root") { Description = "The repository to write into.", DefaultValueFactory = _ => Repository.Root };
        var command = new Command("new-rule", "Writes rule, fix, tests and page of a new rule.") { name, category, id, root };
        command.SetAction(parsed => Run(parsed.GetValue(name)!, parsed.GetValue(category)!, parsed.GetValue(id), parsed.GetValue(root)!));
        return command;
    }

    private static int Run(string name, string category, string? id, string root)
    {
        if (Problem(name, category, id) is { } problem)
        {
            Console.Error.WriteLine(problem);
            return 2;
        }
        id ??= NextId(category);
        var files = Files(name, category, id, root);
        if (files.Keys.FirstOrDefault(File.Exists) is { } existing)
        {
            Console.Error.WriteLine($"{Path.GetRelativePath(root, existing)} exists already; nothing was written.");
            return 2;
        }
        foreach (var (path, template) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, Fill(template, name, category, id));
            Console.WriteLine($"wrote {Path.GetRelativePath(root, path)}");
        }
        var releases = Path.Combine(root, "src", "Assay.Analyzers", "AnalyzerReleases.Unshipped.md");
        File.AppendAllText(releases, $"{id} | {category} | Warning | {name}\n");
        Console.WriteLine($"declared {id} in {Path.GetRelativePath(root, releases)}");
        return 0;
    }

    private static string? Problem(string name, string category, string? id)
    {
        if (!Regex.IsMatch(name, "^[A-Z][A-Za-z0-9]+$"))
            return $"'{name}' is no rule name: write the smell as a noun phrase in PascalCase, such as CheckThenAct.";
        if (!Category.All.Contains(category))
            return $"There is no category '{category}'; the categories are {string.Join(", ", Category.All)}.";
        if (RuleCatalogue.All.FirstOrDefault(r => r.Name == name || r.Id == id) is { } taken)
            return $"{taken.Id} {taken.Name} exists already.";
        if (id is not null && !Regex.IsMatch(id, $"^ASSAY{Thousand(category)}[0-9]{{3}}$"))
            return $"'{id}' is not in the thousand of {category}: its IDs are ASSAY{Thousand(category)}nnn.";
        return null;
    }

    private static Dictionary<string, string> Files(string name, string category, string id, string root) => new()
    {
        [Path.Combine(root, "src", "Assay.Analyzers", "Rules", category, name + ".cs")] = "Rule.cs.txt",
        [Path.Combine(root, "src", "Assay.CodeFixes", "Rules", category, name + "Fix.cs")] = "RuleFix.cs.txt",
        [Path.Combine(root, "tests", "Assay.Analyzers.Tests", "Rules", category, name + "Tests.cs")] = "RuleTests.cs.txt",
        [Path.Combine(root, "docs", "rules", id + ".md")] = "RulePage.md.txt",
    };

    private static string Fill(string template, string name, string category, string id)
    {
        using var stream = typeof(NewRuleCommand).Assembly.GetManifestResourceStream(template)
            ?? throw new InvalidOperationException($"The template {template} is not embedded.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd()
            .Replace("{{Name}}", name, StringComparison.Ordinal)
            .Replace("{{Category}}", category, StringComparison.Ordinal)
            .Replace("{{Id}}", id, StringComparison.Ordinal);
    }

    private static string NextId(string category)
    {
        var prefix = $"ASSAY{Thousand(category)}";
        var last = RuleCatalogue.All.Where(r => r.Id.StartsWith(prefix, StringComparison.Ordinal)).Select(r => int.Parse(r.Id[prefix.Length..], CultureInfo.InvariantCulture)).DefaultIfEmpty(0).Max();
        return FormattableString.Invariant($"{prefix}{last + 1:000}");
    }

    private static int Thousand(string category) => Category.All.ToList().IndexOf(category) + 1;
}
