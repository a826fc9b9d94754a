using System.CommandLine;
using Assay.Bench.Exploration;
using Assay.Bench.Grading;
using Assay.Bench.Reference;
using Assay.CodeFixes;

namespace Assay.Dev;

/// <summary>Writes everything that is derived from the rules' declarations and the measured benchmarks, or says what is stale.</summary>
internal static class DocsCommand
{
    public static Command Create()
    {
        var check = new Option<bool>("--check") { Description = "Write nothing; fail when a generated file is stale." };
        var command = new Command("docs", "Writes the rule table, page heads, presets, the CLI's catalogue and the benchmark page.") { check };
        command.SetAction(parsed => Run(parsed.GetValue(check)));
        return command;
    }

    private static int Run(bool checkOnly)
    {
        var missing = RuleCatalogue.All.Where(rule => !File.Exists(RulePages.PathOf(rule.Id))).ToList();
        foreach (var rule in missing)
            Console.Error.WriteLine($"{rule.Id} {rule.Name} has no page: write docs/rules/{rule.Id}.md (dev new-rule makes one).");
        if (missing.Count > 0)
            return 1;

        var stale = Generated().Where(file => !File.Exists(file.Path) || File.ReadAllText(file.Path) != file.Text).ToList();
        foreach (var (path, text) in stale)
        {
            var name = Path.GetRelativePath(Repository.Root, path);
            if (checkOnly)
            {
                Console.Error.WriteLine($"{name} is stale: run `dotnet run --project build/dev -- docs` and commit the result.");
                continue;
            }
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
            Console.WriteLine($"wrote {name}");
        }
        if (stale.Count == 0)
            Console.WriteLine("Everything generated is up to date.");
        return checkOnly && stale.Count > 0 ? 1 : 0;
    }

    private static IEnumerable<(string Path, string Text)> Generated() =>
    [
        (Repository.PathOf("docs", "rules", "README.md"), RuleTable.Render(RuleCatalogue.All)),
        .. RuleCatalogue.All.Select(rule => (RulePages.PathOf(rule.Id), RulePages.WithHead(File.ReadAllText(RulePages.PathOf(rule.Id)), rule))),
        .. Preset.All.Select(preset => (PresetConfigs.PathOf(preset), PresetConfigs.Render(preset, RuleCatalogue.All))),
        (Repository.PathOf("src", "Assay.Cli", "catalogue.json"), CatalogueJson.Render(RuleCatalogue.All)),
        (Repository.PathOf("docs", "benchmarks.md"), BenchmarkPage.Render(BenchRow.Read(BenchmarkPage.Rows)) + GradingSection.Render(GradingRows.Read(GradingSection.Rows)) +
            ExplorationSection.Render(PowerRows.Read(ExplorationSection.Rows))),
    ];
}
