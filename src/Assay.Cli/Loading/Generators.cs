using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Assay.Cli.Loading;

/// <summary>
/// Runs the source generators that a project's compiler would run; its analyzers are left alone, Assay's own among them, so
/// that a project which has the package installed is not scanned twice.
/// </summary>
internal sealed class Generators
{
    private readonly ConcurrentDictionary<string, ImmutableArray<ISourceGenerator>> _known = new(StringComparer.Ordinal);
    private readonly Loader _loader = new();

    /// <summary>The compilation with what the generators in the <paramref name="assemblies"/> add to it.</summary>
    public CSharpCompilation Run(
        CSharpCompilation compilation,
        IEnumerable<string> assemblies,
        ImmutableArray<AdditionalText> texts,
        AnalyzerConfigOptionsProvider options,
        CancellationToken cancellationToken)
    {
        var generators = assemblies.Where(File.Exists).SelectMany(path => _known.GetOrAdd(path, Read)).ToImmutableArray();
        if (generators.IsEmpty)
            return compilation;
        var parse = (CSharpParseOptions?)compilation.SyntaxTrees.FirstOrDefault()?.Options;
        CSharpGeneratorDriver.Create(generators, texts, parse, options)
            .RunGeneratorsAndUpdateCompilation(compilation, out var generated, out _, cancellationToken);
        return (CSharpCompilation)generated;
    }

    private ImmutableArray<ISourceGenerator> Read(string path)
    {
        var reference = new AnalyzerFileReference(path, _loader);
        // One that does not load leaves its members missing, which the compiler's errors will tell.
        return reference.GetGenerators(LanguageNames.CSharp);
    }

    /// <summary>Loads generators beside this program: the compiler is the program's own, the rest lies next to each generator.</summary>
    private sealed class Loader : IAnalyzerAssemblyLoader
    {
        private readonly ConcurrentDictionary<string, Folder> _folders = new(StringComparer.Ordinal);

        public void AddDependencyLocation(string fullPath)
        {
        }

        public Assembly LoadFromPath(string fullPath) =>
            _folders.GetOrAdd(Path.GetDirectoryName(fullPath)!, static folder => new Folder(folder)).LoadFromAssemblyPath(fullPath);
    }

    private sealed class Folder(string folder) : AssemblyLoadContext(name: null)
    {
        protected override Assembly? Load(AssemblyName assemblyName)
        {
            if (Default.Assemblies.Any(loaded => loaded.GetName().Name == assemblyName.Name) || assemblyName.Name?.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal) == true)
                return null;
            var beside = Path.Combine(folder, assemblyName.Name + ".dll");
            return File.Exists(beside) ? LoadFromAssemblyPath(beside) : null;
        }
    }
}
