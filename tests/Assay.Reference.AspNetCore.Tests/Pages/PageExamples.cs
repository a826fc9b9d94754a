using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Assay.Reference.AspNetCore.Tests.Pages;

/// <summary>The C# blocks of a page, and whether they compile as they stand in the middle of a program.</summary>
internal static partial class PageExamples
{
    private const string Fence = "```";

    private const string Usings = """
        using System;
        using System.Collections.Generic;
        using System.Linq;
        using System.Threading;
        using System.Threading.RateLimiting;
        using System.Threading.Tasks;
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;
        using Microsoft.AspNetCore.RateLimiting;
        using Microsoft.Extensions.DependencyInjection;

        """;

    // Of the libraries, every namespace: an example does not say where its names come from.
    private static readonly string s_libraryUsings = string.Concat(
        new[] { "Assay.Reference", "Assay.Reference.AspNetCore", "Assay.Reference.PostgreSql", "Assay.Verify" }
            .SelectMany(name => Assembly.Load(name).GetExportedTypes()).Select(type => type.Namespace).Distinct().Select(name => $"using {name};\n"));

    // What this process was started with: the framework, ASP.NET Core, and everything the project refers to.
    private static readonly Lazy<MetadataReference[]> s_references = new(() =>
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path))]);

    private static readonly string s_docs = Path.Combine(
        typeof(PageExamples).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!, "docs");

    /// <summary>The pages with examples, relative to the folder of the documentation.</summary>
    public static IEnumerable<string> Pages() =>
        Directory.EnumerateFiles(Path.Combine(s_docs, "reference"), "*.md").Append(Path.Combine(s_docs, "verify.md"))
            .Where(page => BlocksOf(File.ReadAllText(page)).Any()).Select(page => Path.GetRelativePath(s_docs, page).Replace('\\', '/')).Order(StringComparer.Ordinal);

    /// <summary>The methods of tests that a text names.</summary>
    public static IEnumerable<string> TestsNamedIn(string text) =>
        TestName().Matches(text).Select(match => match.Groups[1].Value);

    public static string Read(string page) => File.ReadAllText(Path.Combine(s_docs, page));

    public static IEnumerable<string> BlocksOf(string text) => text.ReplaceLineEndings("\n").Split(Fence + "csharp\n").Skip(1)
        .Select(rest => rest[..rest.IndexOf(Fence, StringComparison.Ordinal)]);

    /// <summary>The errors of a page's blocks, each compiled as the body of a method among the names its page takes for granted.</summary>
    public static IReadOnlyList<string> ErrorsIn(string text, string surroundings)
    {
        var methods = BlocksOf(text).Select((block, number) => IsType(block) ? block : $"static async Task<object?> Block{number + 1}()\n{{\n{block}\nawait Task.Yield();\nreturn null;\n}}\n");
        var source = $"#nullable enable\n{Usings}{s_libraryUsings}static class Page\n{{\n{surroundings}\n{string.Join('\n', methods)}}}\n";
        var compilation = CSharpCompilation.Create(
            "Page",
            [CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(LanguageVersion.Latest))],
            s_references.Value,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        return [.. compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
            .Select(diagnostic => $"{diagnostic.GetMessage(null)}: {LineOf(source, diagnostic)}")];
    }

    // What declares a type stands beside the others, and they may use it.
    private static bool IsType(string block) => block.StartsWith("sealed class ", StringComparison.Ordinal);

    // Words joined by underscores, the first with a capital.
    [GeneratedRegex("`([A-Z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+)`")]
    private static partial Regex TestName();

    private static string LineOf(string source, Diagnostic diagnostic) =>
        source.Split('\n')[diagnostic.Location.GetLineSpan().StartLinePosition.Line].Trim();

    /// <summary>What the sources of the tests declare.</summary>
    internal static partial class TestSources
    {
        public static IReadOnlySet<string> Names() => Directory
            .EnumerateFiles(Path.Combine(s_docs, "..", "tests"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Declaration().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value)).ToHashSet();

        [GeneratedRegex(@"public (?:async )?(?:void|Task) ([A-Za-z0-9_]+)\(")]
        private static partial Regex Declaration();
    }
}
