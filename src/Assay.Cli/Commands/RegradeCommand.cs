using System.CommandLine;
using Assay.Cli.Grading;

namespace Assay.Cli.Commands;

/// <summary>`assay regrade`: what the command line means, as a request.</summary>
internal static class RegradeCommand
{
    private static readonly Argument<string> Results = new("RESULTS") { Description = "The folder of an earlier 'assay grade --out', or one record of it." };
    private static readonly Option<bool> Diff = new("--diff") { Description = "Show who moves and why; nothing is written." };
    private static readonly Option<string?> Against = new("--against") { Description = "Grade nothing: compare with the records in this folder.", HelpName = "DIR" };
    private static readonly Option<string?> Out = new("--out") { Description = "The folder to write the new records and reports to.", HelpName = "DIR" };
    private static readonly Option<string?> RubricPath = new("--rubric") { Description = "A rubric file; the exercise's own when it is left out.", HelpName = "FILE" };
    private static readonly Option<bool> Rescore = new("--rescore") { Description = "Run nothing: new points from the stored evidence." };
    private static readonly Option<int> Jobs = new("--jobs") { Description = "How many to grade at once.", HelpName = "N", DefaultValueFactory = _ => Math.Max(1, Environment.ProcessorCount - 1) };
    private static readonly Option<bool> Trust = new("--i-trust-the-code") { Description = "Grade many submissions although the isolation is weak." };
    private static readonly Option<bool> Verbose = new("--verbose") { Description = "Tell more when something fails." };
    private static readonly Option<string> Format = OneOf("--format", "How the difference is written.", "text", "json", "csv");
    private static readonly Option<string> IsolationLevel = OneOf("--isolation", "How strongly the code is kept in.", "auto", "strong", "weak");

    public static Command Create(CliContext context)
    {
        var command = new Command("regrade", "Grades stored submissions again, or compares two gradings, and shows who moves and why.")
        {
            Results, Diff, Against, Out, RubricPath, Rescore, Format, Jobs, IsolationLevel, Trust, Verbose,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, context, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CliContext context, CancellationToken cancellationToken)
    {
        var request = new RegradeRequest(parsed.GetValue(Results)!)
        {
            Against = parsed.GetValue(Against),
            Out = parsed.GetValue(Out),
            Rubric = parsed.GetValue(RubricPath),
            Rescores = parsed.GetValue(Rescore),
            Format = parsed.GetValue(Format)!,
            Jobs = Math.Clamp(parsed.GetValue(Jobs), 1, 64),
            Isolation = parsed.GetValue(IsolationLevel)!,
            TrustsCode = parsed.GetValue(Trust),
        };
        var problem = (parsed.GetValue(Diff), request) switch
        {
            (_, { Against: not null } and ({ Out: not null } or { Rubric: not null } or { Rescores: true })) => "--against compares two gradings as they are: leave out --out, --rubric and --rescore",
            (true, { Out: not null }) => "--diff writes nothing: leave out one of --diff and --out",
            (false, { Against: null, Out: null }) => "say --diff to see who would move, or --out DIR to write the new grades",
            _ => null,
        };
        if (problem is null)
            return await new RegradeRun(request, context).RunAsync(cancellationToken);
        await context.ComplainAsync(problem);
        return ExitCode.Unusable;
    }

    private static Option<string> OneOf(string name, string description, params string[] values)
    {
        var option = new Option<string>(name) { Description = description, HelpName = string.Join('|', values), DefaultValueFactory = _ => values[0] };
        option.AcceptOnlyFromAmong(values);
        return option;
    }
}
