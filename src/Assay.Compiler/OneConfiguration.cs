using System.Diagnostics.CodeAnalysis;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Assay.Compiler;

/// <summary>The configuration of every file: the analyzers ask it, too, what is generated, and read the rules' options from it.</summary>
internal sealed class OneConfiguration : AnalyzerConfigOptionsProvider
{
    private static readonly AnalyzerConfigOptions Only = new Options();

    public override AnalyzerConfigOptions GlobalOptions => Only;

    public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => Only;

    public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => Only;

    private sealed class Options : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, [NotNullWhen(true)] out string? value)
        {
            value = key == "generated_code" ? "false" : null;
            return value is not null;
        }
    }
}
