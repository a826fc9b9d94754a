using System.Collections.Immutable;
using Assay.Cli.Scanning;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace Assay.Cli.Loading;

/// <summary>Makes the compilation that the SDK's compiler arguments describe.</summary>
internal sealed class ProjectCompiler(SourceParser parser, ReferenceFiles files, Generators generators, LoadOptions options, Paths paths)
{
    /// <param name="report">The arguments.</param>
    /// <param name="referenced">The loaded projects whose assemblies the arguments name, by the path of the assembly.</param>
    /// <param name="isAsked">Whether the project is to be scanned.</param>
    /// <param name="cancellationToken">Ends the loading.</param>
    public async Task<LoadedProject> CompileAsync(
        ProjectReport report,
        IReadOnlyDictionary<string, LoadedProject> referenced,
        bool isAsked,
        CancellationToken cancellationToken)
    {
        var arguments = report.Compiler;
        var configs = await EditorConfigs.ReadAsync(arguments.AnalyzerConfigPaths, options.Preset, options.GeneratedIsScanned, cancellationToken);
        var texts = arguments.AdditionalFiles.Select(file => (AdditionalText)new AdditionalFile(file.Path)).ToImmutableArray();
        // Comments stay comments: no rule reads what documentation says.
        var parse = arguments.ParseOptions.WithDocumentationMode(DocumentationMode.None);
        var sources = await parser.ParseAsync([.. arguments.SourceFiles.Select(file => file.Path)], parse, cancellationToken);
        var references = Projects(arguments, report, referenced);
        var compilation = CSharpCompilation.Create(
            arguments.CompilationName ?? Path.GetFileNameWithoutExtension(report.Project),
            sources.Select(source => source.Tree),
            [.. Files(arguments, report, referenced), .. references.Select(r => r.Project.Compilation.ToMetadataReference(r.Properties.Aliases, r.Properties.EmbedInteropTypes))],
            CompilationOptions(arguments, configs));
        var generated = generators.Run(compilation, arguments.AnalyzerReferences.Select(a => Path.GetFullPath(a.FilePath, report.Folder)), texts, configs.Options, cancellationToken);
        return new LoadedProject(
            paths.Shown(report.Project),
            generated,
            new AnalyzerOptions(texts, configs.Options),
            configs,
            references,
            sources.Select(s => s.File).Where(f => f.LeftOut is null && IsHandwritten(f.Path, report.Folder)).DistinctBy(f => f.Path).ToImmutableDictionary(f => f.Path),
            IsLoose: false,
            isAsked);
    }

    private static CSharpCompilationOptions CompilationOptions(CSharpCommandLineArguments arguments, EditorConfigs configs) =>
        arguments.CompilationOptions
            .WithConcurrentBuild(true)
            .WithSyntaxTreeOptionsProvider(configs.Severities)
            .WithStrongNameProvider(new DesktopStrongNameProvider(arguments.KeyFileSearchPaths))
            .WithAssemblyIdentityComparer(DesktopAssemblyIdentityComparer.Default)
            .WithMetadataReferenceResolver(null)
            .WithSourceReferenceResolver(null)
            .WithXmlReferenceResolver(null)
            // Warnings as errors are for the build; here a warning stays what it is.
            .WithGeneralDiagnosticOption(ReportDiagnostic.Default);

    private IEnumerable<MetadataReference> Files(CSharpCommandLineArguments arguments, ProjectReport report, IReadOnlyDictionary<string, LoadedProject> referenced) =>
        from reference in arguments.MetadataReferences
        let path = Path.GetFullPath(reference.Reference, report.Folder)
        where !referenced.ContainsKey(path)
        let opened = files.Open(path, reference.Properties)
        where opened is not null
        select opened;

    // The arguments name the assembly of a referenced project even before it was ever built; where they do not, the list of
    // resolved references does.
    private static ImmutableArray<(LoadedProject Project, MetadataReferenceProperties Properties)> Projects(
        CSharpCommandLineArguments arguments,
        ProjectReport report,
        IReadOnlyDictionary<string, LoadedProject> referenced)
    {
        var result = new Dictionary<LoadedProject, MetadataReferenceProperties>(ReferenceEqualityComparer.Instance);
        foreach (var reference in arguments.MetadataReferences)
        {
            if (referenced.TryGetValue(Path.GetFullPath(reference.Reference, report.Folder), out var project))
                result.TryAdd(project, reference.Properties);
        }
        foreach (var (_, output) in report.References)
        {
            if (referenced.TryGetValue(output, out var project))
                result.TryAdd(project, MetadataReferenceProperties.Assembly);
        }
        return [.. result.Select(pair => (pair.Key, pair.Value))];
    }

    private static bool IsHandwritten(string path, string folder) =>
        !Path.GetRelativePath(folder, path).Replace('\\', '/').Split('/').Contains("obj");

    private sealed class AdditionalFile(string path) : AdditionalText
    {
        public override string Path => path;

        public override SourceText? GetText(CancellationToken cancellationToken = default)
        {
            try
            {
                return SourceFile.Decode(path, File.ReadAllBytes(path)).Text;
            }
            // What a generator cannot read it takes as absent.
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }
    }
}
