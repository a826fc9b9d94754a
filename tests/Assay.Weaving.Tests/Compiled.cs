using System.Text;
using Assay.Weaving.Programs;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;

namespace Assay.Weaving.Tests;

/// <summary>Compiles and weaves source text.</summary>
internal static class Compiled
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
        [AttributeUsage(AttributeTargets.Method)] public sealed class InvariantAttribute : Attribute;
        """;

    /// <summary>What code under test is compiled against.</summary>
    public static IReadOnlyList<MetadataReference> Framework { get; } =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is var name && (name.StartsWith("System.", StringComparison.Ordinal) || name is "netstandard.dll" or "mscorlib.dll" or "Assay.Contracts.dll"))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    public static (MemoryStream Image, MemoryStream Symbols) Compile(string source, string path = "Sample.cs") => Compile((path, source));

    public static (MemoryStream Image, MemoryStream Symbols) Compile(params (string Path, string Text)[] files) => Compile(Framework, files);

    /// <summary>Compiles against more than the framework.</summary>
    public static (MemoryStream Image, MemoryStream Symbols) Compile(IEnumerable<MetadataReference> references, params (string Path, string Text)[] files)
    {
        var options = new CSharpParseOptions(LanguageVersion.Preview);
        var compilation = CSharpCompilation.Create(
            $"Sample{Guid.NewGuid():N}",
            [
                .. files.Select(file => CSharpSyntaxTree.ParseText(SourceText.From(file.Text, Encoding.UTF8), options, file.Path)),
                CSharpSyntaxTree.ParseText(SourceText.From(Usings, Encoding.UTF8), options, "Usings.cs"),
            ],
            references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, nullableContextOptions: NullableContextOptions.Enable));
        var (image, symbols) = (new MemoryStream(), new MemoryStream());
        var emitted = compilation.Emit(image, symbols, options: new EmitOptions(debugInformationFormat: DebugInformationFormat.PortablePdb));
        Assert.True(emitted.Success, string.Join('\n', emitted.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)));
        (image.Position, symbols.Position) = (0, 0);
        return (image, symbols);
    }

    public static WovenCode Weave(string source, string path = "Sample.cs")
    {
        var (image, symbols) = Compile(source, path);
        return WovenCode.Load(image, symbols);
    }

    public static RaceVerdict Race(string source, string type, int seed = 1, RaceOptions? options = null)
    {
        var code = Weave(source);
        return new TypeExplorer(code, code.Assembly.GetType(type, throwOnError: true)!, (options ?? new RaceOptions()) with { Seed = seed }).Explore(CancellationToken.None);
    }
}
