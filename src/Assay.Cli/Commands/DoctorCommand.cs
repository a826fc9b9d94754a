using System.CommandLine;
using Assay.Grading;
using Assay.Grading.Jail;

namespace Assay.Cli.Commands;

/// <summary>`assay doctor`: what this machine offers for grading, and how to get what is missing.</summary>
internal static class DoctorCommand
{
    public static Command Create(CliContext context)
    {
        var command = new Command("doctor", "Says how strongly submissions can be kept in on this machine.");
        command.SetAction(async (_, _) =>
        {
            var missing = Isolation.Trial(new JailLimits(), out var launcher);
            using (launcher)
            {
                await context.Output.WriteLineAsync($"assay {Grader.Toolchain.Assay}, compiler {Grader.Toolchain.Compiler}, runtime {Grader.Toolchain.Runtime}");
                await context.Output.WriteLineAsync(launcher is null
                    ? $"isolation: weak. For a strong one: {missing}"
                    : $"isolation: {launcher.Isolation.Level} ({string.Join(", ", launcher.Isolation.Mechanisms)})");
            }

            return launcher is null ? ExitCode.Findings : ExitCode.Clean;
        });
        return command;
    }
}
