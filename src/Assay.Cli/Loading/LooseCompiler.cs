using System.Collections.Immutable;
using Assay.Cli.Scanning;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Assay.Cli.Loading;

/// <summary>
/// Compiles .cs files that belong to no project against the reference packs of .NET and ASP.NET Core, the way a new project
/// would: implicit usings, nullable, the newest language. Names it cannot resolve stay unresolved.
/// </summary>
internal sealed class LooseCompiler(SourceParser parser, ReferenceFiles files, LoadOptions options, Paths paths)
{
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private const string WebUsings = """

        global using System.Net.Http.Json;
        global using Microsoft.AspNetCore.Builder;
        global using Microsoft.AspNetCore.Hosting;
        global using Microsoft.AspNetCore.Http;
        global using Microsoft.AspNetCore.Routing;
        global using Microsoft.Extensions.Configuration;
        global using Microsoft.Extensions.DependencyInjection;
        global using Microsoft.Extensions.Hosting;
        global using Microsoft.Extensions.Logging;
        """;

    private static readonly CSharpParseOptions Parse = new(LanguageVersion.Preview, DocumentationMode.None);

    public async Task<LoadedProject> CompileAsync(ImmutableArray<string> sourceFiles, CancellationToken cancellationToken)
    {
        var sources = parser.WithoutStringItself(await parser.ParseAsync(sourceFiles, Parse, cancellationToken), cancellationToken);
        var configs = await EditorConfigs.ReadAsync(EditorConfigs.Above(sourceFiles), options.Preset, options.GeneratedIsScanned, cancellationToken);
        var compilation = Compile([.. sources.Select(source => source.Tree)], cancellationToken);
        compilation = compilation.WithOptions(compilation.Options.WithSyntaxTreeOptionsProvider(configs.Severities));
        return new LoadedProject(
            sourceFiles.Length == 1 ? paths.Shown(sourceFiles[0]) : $"{sourceFiles.Length} loose files",
            compilation,
            new AnalyzerOptions([], configs.Options),
            configs,
            [],
            sources.Select(s => s.File).Where(f => f.LeftOut is null).ToImmutableDictionary(f => f.Path),
            IsLoose: true,
            IsAsked: true);
    }

    /// <summary>A compilation of one file that lies nowhere.</summary>
    public CSharpCompilation Compile(SourceFile file, CancellationToken cancellationToken) =>
        Compile([CSharpSyntaxTree.ParseText(file.Text, Parse, file.Path, cancellationToken: cancellationToken)], cancellationToken);

    private CSharpCompilation Compile(ImmutableArray<SyntaxTree> trees, CancellationToken cancellationToken)
    {
        var isProgram = trees.Any(tree => IsProgram(tree, cancellationToken));
        // A web program without its usings is one of the web SDK.
        var isWeb = trees.Any(tree => tree.GetText(cancellationToken).ToString().Contains("WebApplication.", StringComparison.Ordinal));
        return CSharpCompilation.Create(
            "loose",
            [.. trees, CSharpSyntaxTree.ParseText(isWeb ? ImplicitUsings + WebUsings : ImplicitUsings, Parse, "ImplicitUsings.g.cs", cancellationToken: cancellationToken)],
            SourceTree.In(Path.Combine(AppContext.BaseDirectory, "refs"), ".dll").Select(path => files.Open(path)).OfType<MetadataReference>(),
            new CSharpCompilationOptions(
                isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary,
                allowUnsafe: true,
                nullableContextOptions: NullableContextOptions.Enable,
                concurrentBuild: true));
    }

    private static bool IsProgram(SyntaxTree tree, CancellationToken cancellationToken) =>
        tree.GetRoot(cancellationToken)
            .DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax or TypeDeclarationSyntax)
            .Any(node => node is GlobalStatementSyntax || (node is MethodDeclarationSyntax { Identifier.Text: "Main" } main && main.Modifiers.Any(SyntaxKind.StaticKeyword)));
}
