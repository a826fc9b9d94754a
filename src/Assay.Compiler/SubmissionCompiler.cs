using System.Diagnostics;
using System.Text;
using Assay.Compiler.Protocol;
using Assay.Contracts;
using Assay.Verify.Exploration;
using Assay.Weaving;
using Assay.Weaving.Observed;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;

namespace Assay.Compiler;

/// <summary>From source files to an assembly and findings. Reads no file of the submission's and no project: texts in, bytes out.</summary>
internal static class SubmissionCompiler
{
    private const int MostErrors = 50;

    private const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private static readonly CSharpParseOptions Parsing = new(LanguageVersion.Latest, DocumentationMode.None);

    private static readonly CSharpCompilationOptions Options = new(
        OutputKind.DynamicallyLinkedLibrary,
        optimizationLevel: OptimizationLevel.Release,
        nullableContextOptions: NullableContextOptions.Enable,
        concurrentBuild: false,
        deterministic: true,
        allowUnsafe: false);

    private static readonly EmitOptions Emitting = new(debugInformationFormat: DebugInformationFormat.PortablePdb);

    private static readonly MetadataReference[] References =
    [
        .. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "refs"), "*.dll").Order(StringComparer.Ordinal).Select(path => MetadataReference.CreateFromFile(path)),
        MetadataReference.CreateFromFile(typeof(ContractAttribute).Assembly.Location),
    ];

    /// <summary>Compiles, holds the contract's form against the symbols, and runs the analyzers.</summary>
    public static CompileAnswer Answer(CompileQuestion question)
    {
        var written = Trees(question);
        var trees = Array.ConvertAll(written, tree => TopLevelStatements.Without(tree, Parsing));
        return Answer(question, CSharpCompilation.Create("Submission", trees, References, Options)) with { PassedOver = [.. written.Except(trees).Select(tree => tree.FilePath)] };
    }

    private static CompileAnswer Answer(CompileQuestion question, CSharpCompilation compilation)
    {
        var (image, symbols) = (new MemoryStream(), new MemoryStream());
        var emitted = compilation.Emit(image, symbols, options: Emitting);
        if (!emitted.Success)
            return new CompileAnswer(null, Errors(emitted.Diagnostics), ContractForm.Nearest(compilation, question), []);
        var problems = ContractForm.Problems(compilation, question);
        var findings = SubmissionAnalysis.Findings(compilation);
        return problems.Count == 0 ? new CompileAnswer(image.ToArray(), [], [], findings, Woven(image, symbols)) : new CompileAnswer(null, [], problems, findings);
    }

    // What cannot be woven is run all the same; its concurrency is then checked by other means.
    private static CompiledWoven Woven(MemoryStream image, MemoryStream symbols)
    {
        var began = Stopwatch.GetTimestamp();
        image.Position = symbols.Position = 0;
        try
        {
            var sites = new SiteTable();
            var woven = Weaver.Weave(image, symbols, sites);
            return new CompiledWoven(woven, SiteTableForm.Write(sites), null, Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }
        // Hostile code may be of a form that the compiler accepts and the weaver does not.
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return new CompiledWoven(null, null, $"the code could not be woven: {e.GetType().Name}: {e.Message}", Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }
    }

    private static SyntaxTree[] Trees(CompileQuestion question) =>
    [
        .. question.Files.Select(file => CSharpSyntaxTree.ParseText(SourceText.From(file.Text, Encoding.UTF8), Parsing, file.Path)),
        CSharpSyntaxTree.ParseText(SourceText.From(Usings, Encoding.UTF8), Parsing, "(implicit usings)"),
    ];

    private static CompileError[] Errors(IEnumerable<Diagnostic> diagnostics) =>
    [
        .. diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
            .Select(diagnostic => (Diagnostic: diagnostic, At: Places.Of(diagnostic.Location)))
            .OrderBy(error => error.At.Path, StringComparer.Ordinal).ThenBy(error => error.At.Line).ThenBy(error => error.At.Column)
            .Take(MostErrors)
            .Select(error => new CompileError(error.At.Path, error.At.Line, error.At.Column, error.Diagnostic.Id, error.Diagnostic.GetMessage(null))),
    ];
}
