using System.CommandLine;
using Assay.Grading.Report;

namespace Assay.Cli.Commands;

/// <summary>`assay schema`: the JSON schema of the native result, for those who read it with programs of their own.</summary>
internal static class SchemaCommand
{
    public static Command Create(CliContext context)
    {
        var command = new Command("schema", "Writes the JSON schema of assay.result/1, the native format of grades.");
        command.SetAction(async (_, _) =>
        {
            await context.Output.WriteAsync(ResultSchema.Text);
            return ExitCode.Clean;
        });
        return command;
    }
}
