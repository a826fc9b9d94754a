using System.CommandLine;
using Assay.Cli.Output;
using Assay.Cli.Rules;

namespace Assay.Cli.Commands;

/// <summary>`assay explain`: the page of a rule, in the terminal.</summary>
internal static class ExplainCommand
{
    private const int WidestText = 100;

    public static Command Create(CliContext context)
    {
        var rule = new Argument<string>("RULE") { Description = "The ID or the name of a rule, such as ASSAY3003 or StackTraceLost." };
        var noColor = new Option<bool>("--no-color") { Description = "Write plain text." };
        var command = new Command("explain", "Shows the page of a rule.") { rule, noColor };
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(rule)!, parsed.GetValue(noColor), context));
        return command;
    }

    private static async Task<int> RunAsync(string idOrName, bool noColor, CliContext context)
    {
        if (RuleBook.Find(idOrName) is not { } card)
        {
            await context.ComplainAsync(RuleBook.Unknown(idOrName));
            return ExitCode.Unusable;
        }
        // A rule is written before its page.
        var page = RuleBook.Page(card.Id) ?? $"# {card.Id} {card.Name}\n\n{card.Title}.\n";
        var view = new MarkdownView(new Paint(context.Environment.AllowsColor && !noColor), Math.Min(context.Environment.Width, WidestText));
        await context.Output.WriteAsync(view.Render(page));
        await context.Output.WriteAsync($"\n{card.Category}, {card.Severity} by default, {(card.Fix ? "with" : "without")} a fix\n{card.Help}\n");
        return ExitCode.Clean;
    }
}
