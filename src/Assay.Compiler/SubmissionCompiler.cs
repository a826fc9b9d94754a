using System.Text;
using Assay.Compiler.Protocol;
using Assay.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
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

    private static readonly MetadataReference[] References =
    [
        .. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "refs"), "*.dll").Order(StringComparer.Ordinal).Select(path => MetadataReference.CreateFromFile(path)),
        MetadataReference.CreateFromFile(typeof(ContractAttribute).Assembly.Location),
    ];

    /// <summary>Compiles, holds the contract's form against the symbols, and runs the analyzers.</summary>
    public static CompileAnswer Answer(CompileQuestion question)
    {
        var compilation = CSharpCompilation.Create("Submission", Trees(question), References, Options);
        var image = new MemoryStream();
        var emitted = compilation.Emit(image);
        if (!emitted.Success)
            return new CompileAnswer(null, Errors(emitted.Diagnostics), ContractForm.Nearest(compilation, question), []);
        var problems = ContractForm.Problems(compilation, question);
        return new CompileAnswer(problems.Count == 0 ? image.ToArray() : null, [], problems, SubmissionAnalysis.Findings(compilation));
    }

    private static IEnumerable<SyntaxTree> Trees(CompileQuestion question) =>
        question.Files.Select(file => CSharpSyntaxTree.ParseText(SourceText.From(file.Text, Encoding.UTF8), Parsing, file.Path))
            .Append(CSharpSyntaxTree.ParseText(SourceText.From(Usings, Encoding.UTF8), Parsing, "(implicit usings)"));

    private static CompileError[] Errors(IEnumerable<Diagnostic> diagnostics) =>
    [
        .. diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
            .Select(diagnostic => (Diagnostic: diagnostic, At: Places.Of(diagnostic.Location)))
            .OrderBy(error => error.At.Path, StringComparer.Ordinal).ThenBy(error => error.At.Line).ThenBy(error => error.At.Column)
            .Take(MostErrors)
            .Select(error => new CompileError(error.At.Path, error.At.Line, error.At.Column, error.Diagnostic.Id, error.Diagnostic.GetMessage(null))),
    ];
}
