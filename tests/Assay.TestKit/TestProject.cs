using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace Assay.TestKit;

/// <summary>
/// A project made of test sources. A source may hold several files: a line <c>// ==== Name.cs</c> begins the next one.
/// The implicit usings of the SDK are there, top-level statements or a Main make it a program.
/// </summary>
public static class TestProject
{
    private const string FileMark = "// ==== ";
    private const string FirstFile = "Test0.cs";
    private const string ImplicitUsingsFile = "ImplicitUsings.g.cs";

    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    /// <summary>Splits a source into its files.</summary>
    public static IReadOnlyList<(string Name, string Text)> Files(string source)
    {
        var files = new List<(string, string)>();
        var name = FirstFile;
        var text = new StringBuilder();
        foreach (var line in source.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n'))
        {
            if (line.StartsWith(FileMark, StringComparison.Ordinal))
            {
                if (text.ToString().Trim().Length > 0)
                    files.Add((name, text.ToString()));
                name = line[FileMark.Length..].Trim();
                text.Clear();
            }
            else
            {
                text.Append(line).Append('\n');
            }
        }
        files.Add((name, text.ToString()));
        return files;
    }

    /// <summary>A project of these files, alone in a new workspace.</summary>
    public static Project Create(
        IReadOnlyList<(string Name, string Text)> files,
        string? editorConfig = null,
        LanguageVersion languageVersion = LanguageVersion.Preview)
    {
        var workspace = new AdhocWorkspace();
        var parse = new CSharpParseOptions(languageVersion);
        var project = workspace.CurrentSolution
            .AddProject("Test", "Test", LanguageNames.CSharp)
            .WithParseOptions(parse)
            .WithMetadataReferences(TestReferences.All)
            .WithCompilationOptions(new CSharpCompilationOptions(
                files.Any(f => IsProgram(f.Text, parse)) ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary,
                allowUnsafe: true,
                nullableContextOptions: languageVersion >= LanguageVersion.CSharp8 ? NullableContextOptions.Enable : NullableContextOptions.Disable));
        if (languageVersion >= LanguageVersion.CSharp10)
            project = project.AddDocument(ImplicitUsingsFile, ImplicitUsings, filePath: "/test/" + ImplicitUsingsFile).Project;
        foreach (var (name, text) in files)
            project = project.AddDocument(name, SourceText.From(text, Encoding.UTF8), filePath: "/test/" + name).Project;
        if (editorConfig is not null)
            project = project.AddAnalyzerConfigDocument(".editorconfig", SourceText.From("root = true\n[*.cs]\n" + editorConfig), filePath: "/test/.editorconfig").Project;
        return project;
    }

    /// <summary>The documents a test wrote, without those the harness adds.</summary>
    public static IEnumerable<Document> TestDocuments(this Project project) =>
        project.Documents.Where(d => d.Name != ImplicitUsingsFile);

    /// <summary>Runs analyzers over the project; an analyzer that throws fails the test, and so does a compiler error unless allowed.</summary>
    public static async Task<ImmutableArray<Diagnostic>> AnalyzeAsync(this Project project, ImmutableArray<DiagnosticAnalyzer> analyzers, bool allowErrors = false)
    {
        var compilation = await project.GetCompilationAsync() ?? throw new TestFailure("The test project has no compilation.");
        if (!allowErrors)
        {
            var errors = compilation.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error).ToList();
            if (errors.Count > 0)
                throw new TestFailure($"The test source does not compile:\n{string.Join('\n', errors)}\n\n{await TextAsync(project)}");
        }
        var crashes = new List<string>();
        var options = new CompilationWithAnalyzersOptions(
            project.AnalyzerOptions,
            onAnalyzerException: (exception, analyzer, _) => crashes.Add($"{analyzer.GetType().Name}: {exception}"),
            concurrentAnalysis: false,
            logAnalyzerExecutionTime: false);
        var diagnostics = await compilation.WithAnalyzers(analyzers, options).GetAnalyzerDiagnosticsAsync();
        if (crashes.Count > 0)
            throw new TestFailure($"An analyzer threw:\n{string.Join('\n', crashes)}\n\n{await TextAsync(project)}");
        return [.. diagnostics.Where(d => !d.IsSuppressed).OrderBy(d => d.Location.SourceTree?.FilePath, StringComparer.Ordinal).ThenBy(d => d.Location.SourceSpan)];
    }

    /// <summary>All test documents as one text, file marks between them when there are several.</summary>
    public static async Task<string> TextAsync(this Project project)
    {
        var result = new StringBuilder();
        foreach (var document in project.TestDocuments())
        {
            if (document.Name != FirstFile)
                result.Append(FileMark).Append(document.Name).Append('\n');
            result.Append(await document.GetTextAsync());
        }
        return result.ToString();
    }

    private static bool IsProgram(string text, CSharpParseOptions parse) =>
        CSharpSyntaxTree.ParseText(text, parse).GetRoot().DescendantNodes(n => n is not BlockSyntax)
            .Any(n => n is GlobalStatementSyntax || (n is MethodDeclarationSyntax { Identifier.Text: "Main" } main && main.Modifiers.Any(SyntaxKind.StaticKeyword)));
}
