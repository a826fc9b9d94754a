using System.Text;
using Assay.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Assay.Cli.Loading;

/// <summary>
/// Runs the compiler and the rules once over a few lines, so that they are compiled to machine code while this process would
/// only wait.
/// </summary>
internal static class WarmUp
{
    private const string Sample = """
        namespace Warm;

        public sealed class Stock(TimeProvider clock)
        {
            private readonly Dictionary<string, int> _left = [];

            public async Task<int> TakeAsync(string item, CancellationToken cancellationToken)
            {
                try
                {
                    await Task.Delay(TimeSpan.FromSeconds(1), clock, cancellationToken);
                    foreach (var (key, value) in _left.Where(pair => pair.Value > 0))
                        Console.WriteLine($"{key}: {value}");
                    return _left.TryGetValue(item, out var left) ? left : 0;
                }
                catch (InvalidOperationException e) when (e.Message.Length > 0)
                {
                    throw new ArgumentException(item, e);
                }
            }
        }
        """;

    public static Task RunAsync(LooseCompiler compiler, CancellationToken cancellationToken) => Task.Run(
        async () =>
        {
            var sample = compiler.Compile(SourceFile.Decode("Warm.cs", Encoding.UTF8.GetBytes(Sample)), cancellationToken);
            await sample.WithAnalyzers(RuleCatalogue.CreateAnalyzers()).GetAllDiagnosticsAsync(cancellationToken);
        },
        cancellationToken);
}
