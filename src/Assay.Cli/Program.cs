using System.Text;
using Assay.Cli;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
using var interrupted = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    // The scan ends itself, so that its child processes end too.
    pressed.Cancel = true;
    interrupted.Cancel();
};
return await Cli.RunAsync(args, Console.Out, Console.Error, CliEnvironment.OfProcess(), interrupted.Token);
