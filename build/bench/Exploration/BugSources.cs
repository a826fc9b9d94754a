using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;

namespace Assay.Bench.Exploration;

/// <summary>Compiles small types from their text.</summary>
internal static class BugSources
{
    private const string Usings = """
        global using System;
        global using System.Collections.Concurrent;
        global using System.Collections.Generic;
        global using System.Diagnostics;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Channels;
        global using System.Threading.Tasks;
        """;

    private static readonly IReadOnlyList<MetadataReference> s_references = Codebase.FrameworkReferences();

    /// <summary>Null, with the first error, when it does not compile.</summary>
    public static (MemoryStream Image, MemoryStream Symbols)? Compile(string source, out string error)
    {
        var options = new CSharpParseOptions(LanguageVersion.Preview);
        var compilation = CSharpCompilation.Create(
            "types",
            [Parse(source, "types.cs", options), Parse(Usings, "usings.cs", options)],
            s_references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, nullableContextOptions: NullableContextOptions.Enable));
        var (image, symbols) = (new MemoryStream(), new MemoryStream());
        var emitted = compilation.Emit(image, symbols, options: new EmitOptions(debugInformationFormat: DebugInformationFormat.PortablePdb));
        (image.Position, symbols.Position) = (0, 0);
        error = emitted.Success ? "" : emitted.Diagnostics.First(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).ToString();
        return emitted.Success ? (image, symbols) : null;
    }

    private static SyntaxTree Parse(string source, string path, CSharpParseOptions options) =>
        CSharpSyntaxTree.ParseText(SourceText.From(source, System.Text.Encoding.UTF8), options, path);
}
