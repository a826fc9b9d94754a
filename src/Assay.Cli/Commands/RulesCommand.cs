using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using Assay.Cli.Rules;
using Spectre.Console;

namespace Assay.Cli.Commands;

/// <summary>`assay rules`: the catalogue, as a table or as JSON.</summary>
internal static class RulesCommand
{
    private static readonly JsonSerializerOptions Form = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Command Create(CliContext context)
    {
        var format = new Option<string>("--format") { Description = "How the rules are written.", DefaultValueFactory = _ => "text", HelpName = "text|json" };
        format.AcceptOnlyFromAmong("text", "json");
        var noColor = new Option<bool>("--no-color") { Description = "Write plain text." };
        var command = new Command("rules", "Lists the rules.") { format, noColor };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(format) == "json")
                context.Output.Write(JsonSerializer.Serialize(RuleBook.Cards, Form) + "\n");
            else
                WriteTable(context, context.Environment.AllowsColor && !parsed.GetValue(noColor));
            return ExitCode.Clean;
        });
        return command;
    }

    private static void WriteTable(CliContext context, bool color)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = true };
        foreach (var heading in new[] { "ID", "Name", "Category", "Severity", "Fix", "What is wrong" })
            table.AddColumn(new TableColumn(new Text(heading, new Style(decoration: Decoration.Bold))) { NoWrap = heading != "What is wrong", Padding = new Padding(0, 0, 2, 0) });
        foreach (var card in RuleBook.Cards)
            table.AddRow(new Text(card.Id), new Text(card.Name, new Style(Color.Aqua)), new Text(card.Category), Severity(card), new Text(card.Fix ? "yes" : ""), new Text(card.Title));
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = color ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = color ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(context.Output),
        });
        // A pipe has no width to wrap at.
        console.Profile.Width = context.Environment.OutputIsTerminal ? context.Environment.Width : 1000;
        console.Write(table);
        context.Output.Write($"\n{Counted.Of(RuleBook.Cards.Length, "rule")}; 'assay explain ID' tells more about one\n");
    }

    private static Text Severity(RuleCard card) => new(card.Severity, new Style(card.Severity switch
    {
        "error" => Color.Red,
        "warning" => Color.Yellow,
        "suggestion" => Color.Blue,
        _ => Color.Grey,
    }));
}
