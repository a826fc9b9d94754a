using System.Collections.Immutable;
using Assay.Cli.Loading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Assay.Cli.Fixing;

/// <summary>The loaded projects as a solution that fixes can change; built only when a fix is asked for or shown.</summary>
internal sealed class FixWorkspace : IDisposable
{
    private readonly AdhocWorkspace _workspace = new();
    private readonly Dictionary<LoadedProject, ProjectId> _ids = new(ReferenceEqualityComparer.Instance);

    public FixWorkspace(LoadedTargets targets)
    {
        var solution = _workspace.CurrentSolution;
        foreach (var project in targets.Projects)
            solution = solution.AddProject(Describe(project));
        Original = solution;
    }

    /// <summary>The solution as it lies on disk.</summary>
    public Solution Original { get; }

    public ProjectId IdOf(LoadedProject project) => _ids[project];

    public void Dispose() => _workspace.Dispose();

    private ProjectInfo Describe(LoadedProject project)
    {
        var id = _ids[project] = ProjectId.CreateNewId(project.Name);
        var compilation = project.Compilation;
        return ProjectInfo.Create(
            id,
            VersionStamp.Default,
            // Several target frameworks of one project are projects of their own here, and names need not differ.
            project.Name,
            compilation.AssemblyName ?? project.Name,
            LanguageNames.CSharp,
            compilationOptions: compilation.Options.WithSyntaxTreeOptionsProvider(null),
            parseOptions: compilation.SyntaxTrees.FirstOrDefault()?.Options,
            documents: compilation.SyntaxTrees.Select(tree => File(id, tree.FilePath, tree.GetText())),
            projectReferences: project.References.Select(r => new ProjectReference(_ids[r.Project], r.Properties.Aliases, r.Properties.EmbedInteropTypes)),
            metadataReferences: compilation.References.Where(reference => reference is not CompilationReference))
            // How the fixed code is to be formatted.
            .WithAnalyzerConfigDocuments(project.Configs.Files.Select(file => File(id, file.Path, file.Text)));
    }

    private static DocumentInfo File(ProjectId project, string path, SourceText text) => DocumentInfo.Create(
        DocumentId.CreateNewId(project, path),
        Path.GetFileName(path),
        loader: TextLoader.From(TextAndVersion.Create(text, VersionStamp.Default, path)),
        filePath: path);
}
