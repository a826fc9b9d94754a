using System.CommandLine;
using System.CommandLine.Help;
using System.Text.RegularExpressions;
using Assay.Cli.Commands;

namespace Assay.Cli;

/// <summary>The one entry: arguments in, text and an exit code out. No exception leaves it.</summary>
public static partial class Cli
{
    /// <summary>Runs a command line.</summary>
    /// <returns>0 clean, 1 findings at or above the threshold, 2 wrong use or environment, 130 interrupted.</returns>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> args,
        TextWriter output,
        TextWriter error,
        CliEnvironment environment,
        CancellationToken cancellationToken = default)
    {
        var context = new CliContext(output, error, environment);
        try
        {
            return await InvokeAsync(args, context, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        // Whatever it was, the reader is told in one line; the trace is for those who ask.
        catch (Exception e)
        {
            var verbose = args.Contains("--verbose");
            await context.ComplainAsync($"unexpected {e.GetType().Name}: {OneLine(e.Message)}{(verbose ? "" : "; run again with --verbose and report the trace")}");
            if (verbose)
                await error.WriteLineAsync(e.ToString());
            return ExitCode.Unusable;
        }
    }

    private static async Task<int> InvokeAsync(IReadOnlyList<string> args, CliContext context, CancellationToken cancellationToken)
    {
        // A root command would be named after the assembly, which is not what people type.
        var root = new Command("assay", "Finds production-readiness pitfalls in C# code, explains and fixes them; grades submissions.")
        {
            new HelpOption(),
            new VersionOption(),
            ScanCommand.Create(context),
            RulesCommand.Create(context),
            ExplainCommand.Create(context),
            GradeCommand.Create(context),
            NewCommand.Create(context),
            RaceCommand.Create(context),
            RegradeCommand.Create(context),
            ReplayCommand.Create(context),
            RubricCommand.Create(context),
            SchemaCommand.Create(context),
            DoctorCommand.Create(context),
        };
        var parsed = root.Parse(args);
        var configuration = new InvocationConfiguration
        {
            Output = context.Output,
            Error = context.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        if (parsed.Errors.Count == 0)
            return await parsed.InvokeAsync(configuration, cancellationToken);
        foreach (var wrong in parsed.Errors.Select(e => Readable(OneLine(e.Message))).Distinct())
            await context.ComplainAsync(wrong);
        await context.ComplainAsync($"run 'assay {Spoken(parsed)}--help' for the options");
        return ExitCode.Unusable;
    }

    private static string Spoken(ParseResult parsed) =>
        parsed.CommandResult.Parent is null ? "" : parsed.CommandResult.Command.Name + " ";

    // The library names the type; who types a command line knows numbers.
    private static string Readable(string message) => NotANumber().Replace(message, "$2 takes a number, not '$1'");

    [GeneratedRegex(@"^Cannot parse argument '(.*)' for option '(.*)' as expected type '.*(?:Int32|Decimal).*'\.$")]
    private static partial Regex NotANumber();

    private static string OneLine(string text) => text.ReplaceLineEndings(" ").Trim();
}
