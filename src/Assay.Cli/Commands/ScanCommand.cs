using System.Collections.Immutable;
using System.CommandLine;
using Assay.Cli.Rules;
using Assay.Cli.Scanning;
using Microsoft.CodeAnalysis;

namespace Assay.Cli.Commands;

/// <summary>`assay scan`: what the command line means, as a request.</summary>
internal static class ScanCommand
{
    private static readonly ImmutableArray<(string Word, DiagnosticSeverity? Severity)> Thresholds =
    [
        ("error", DiagnosticSeverity.Error),
        ("warning", DiagnosticSeverity.Warning),
        ("suggestion", DiagnosticSeverity.Info),
        ("none", null),
    ];

    private static readonly Argument<string[]> Paths = new("PATH")
    {
        Description = "A .sln, .slnx, .csproj or .cs file, or a folder; the working folder when none is given.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<string> Format = Word("--format", "How the report is written.", "text", "text", "sarif", "json", "github");
    private static readonly Option<string?> Output = new("--output") { Description = "The file to write the report to.", HelpName = "FILE" };
    private static readonly Option<bool> Fix = new("--fix") { Description = "Apply the fixes; refuses a git tree with changes." };
    private static readonly Option<bool> Force = new("--force") { Description = "Fix in spite of changes that are not committed." };
    private static readonly Option<string?> Baseline = new("--baseline") { Description = "A file of known findings; only new ones count.", HelpName = "FILE" };
    private static readonly Option<bool> UpdateBaseline = new("--update-baseline") { Description = "Write what is found to the baseline." };
    private static readonly Option<string> FailOn = Word("--fail-on", "The least severity for exit code 1.", "warning", [.. Thresholds.Select(t => t.Word)]);
    private static readonly Option<string[]> Rule = new("--rule") { Description = "Run only this rule, by ID or name; may be repeated.", HelpName = "ID" };
    private static readonly Option<string[]> Exclude = new("--exclude") { Description = "Leave out files that match; may be repeated.", HelpName = "GLOB" };
    private static readonly Option<string?> Preset = Word("--mode", "The preset of severities; an .editorconfig wins over it.", null, "none", "default", "strict", "grading")!;
    private static readonly Option<bool> Loose = new("--loose") { Description = "Take the .cs files of a folder as they are, without its projects." };
    private static readonly Option<bool> ShowSuppressed = new("--show-suppressed") { Description = "List suppressed findings too, marked." };
    private static readonly Option<bool> NoColor = new("--no-color") { Description = "Write plain text." };
    private static readonly Option<bool> Verbose = new("--verbose") { Description = "Tell more when something fails." };

    public static Command Create(CliContext context)
    {
        var command = new Command("scan", "Finds pitfalls in solutions, projects, folders and files.")
        {
            Paths, Format, Output, Fix, Force, Baseline, UpdateBaseline, FailOn, Rule, Exclude, Preset, Loose, ShowSuppressed, NoColor, Verbose,
        };
        command.Validators.Add(result =>
        {
            foreach (var path in result.GetValue(Paths)?.Where(path => path.StartsWith('-')) ?? [])
                result.AddError($"Unrecognized option '{path}'.{(Spelling.Nearest(path, command.Options.Select(o => o.Name)) is { } near ? $" Did you mean {near}?" : "")}");
        });
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, context, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CliContext context, CancellationToken cancellationToken)
    {
        var rules = ImmutableArray.CreateBuilder<string>();
        foreach (var name in parsed.GetValue(Rule)!.SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))
        {
            if (RuleBook.Find(name) is not { } card)
                return await RefuseAsync(context, RuleBook.Unknown(name));
            rules.Add(card.Id);
        }
        var request = Request(parsed) with { Rules = rules.ToImmutable() };
        if (request is { UpdateBaseline: true, Baseline: null })
            return await RefuseAsync(context, "--update-baseline needs --baseline FILE: the file to write");
        return await new ScanRun(request, context).RunAsync(cancellationToken);
    }

    private static ScanRequest Request(ParseResult parsed) => new()
    {
        Paths = parsed.GetValue(Paths) is { Length: > 0 } paths ? [.. paths] : ["."],
        Loose = parsed.GetValue(Loose),
        Format = Enum.Parse<ReportFormat>(parsed.GetValue(Format)!, ignoreCase: true),
        Output = parsed.GetValue(Output),
        Fix = parsed.GetValue(Fix),
        Force = parsed.GetValue(Force),
        Baseline = parsed.GetValue(Baseline),
        UpdateBaseline = parsed.GetValue(UpdateBaseline),
        FailOn = Thresholds.First(t => t.Word == parsed.GetValue(FailOn)).Severity,
        Excludes = [.. parsed.GetValue(Exclude)!],
        Mode = parsed.GetValue(Preset) is { } mode ? Enum.Parse<Mode>(mode, ignoreCase: true) : null,
        ShowSuppressed = parsed.GetValue(ShowSuppressed),
        NoColor = parsed.GetValue(NoColor),
        Verbose = parsed.GetValue(Verbose),
    };

    private static async Task<int> RefuseAsync(CliContext context, string message)
    {
        await context.ComplainAsync(message);
        return ExitCode.Unusable;
    }

    private static Option<string> Word(string name, string description, string? otherwise, params string[] words)
    {
        var option = new Option<string>(name) { Description = description, HelpName = string.Join('|', words) };
        if (otherwise is not null)
            option.DefaultValueFactory = _ => otherwise;
        return option.AcceptOnlyFromAmong(words);
    }
}
