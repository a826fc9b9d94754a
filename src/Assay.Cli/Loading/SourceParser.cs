using System.Collections.Concurrent;
using System.Collections.Immutable;
using Assay.Cli.Scanning;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.Cli.Loading;

/// <summary>Reads and parses source files, each read once though several target frameworks compile it.</summary>
internal sealed class SourceParser(Paths paths)
{
    private readonly ConcurrentDictionary<string, Task<SourceFile>> _files = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Notice> _notices = new(StringComparer.Ordinal);

    /// <summary>What was odd about files, ordered.</summary>
    public ImmutableArray<Notice> Notices =>
        [.. _notices.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value)];

    /// <summary>
    /// Leaves out files that declare System.String itself. Compiled against a framework that has it too, an indexer with a
    /// name or an obsolete mark in it sends the compiler round in circles until the process ends.
    /// </summary>
    public ImmutableArray<(SourceFile File, SyntaxTree Tree)> WithoutStringItself(
        ImmutableArray<(SourceFile File, SyntaxTree Tree)> sources,
        CancellationToken cancellationToken)
    {
        var others = sources.RemoveAll(source => DeclaresString(source.Tree, cancellationToken));
        foreach (var (file, _) in sources.Except(others))
            _notices[file.Path] = Notice.Skipped("declares System.String, which is the runtime's own, so it is skipped", paths.Shown(file.Path));
        return others;
    }

    /// <summary>The trees of the files in their order; a file that is left out is an empty one.</summary>
    public async Task<ImmutableArray<(SourceFile File, SyntaxTree Tree)>> ParseAsync(
        IReadOnlyList<string> files,
        CSharpParseOptions options,
        CancellationToken cancellationToken)
    {
        var result = new (SourceFile, SyntaxTree)[files.Count];
        await Parallel.ForAsync(0, files.Count, cancellationToken, async (i, stop) => result[i] = await ParseAsync(files[i], options, stop));
        return [.. result];
    }

    private static bool DeclaresString(SyntaxTree tree, CancellationToken cancellationToken) =>
        tree.GetRoot(cancellationToken)
            .DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax)
            .Any(node => node is TypeDeclarationSyntax { Identifier.Text: "String", Parent: BaseNamespaceDeclarationSyntax { Name: IdentifierNameSyntax { Identifier.Text: "System" } } });

    private async Task<(SourceFile File, SyntaxTree Tree)> ParseAsync(string path, CSharpParseOptions options, CancellationToken cancellationToken)
    {
        var file = await _files.GetOrAdd(path, p => SourceFile.ReadAsync(p, cancellationToken));
        var tree = Parse(file);
        if (file.MayBeDeep && file.LeftOut is null && Nesting.TooDeep(await tree.GetRootAsync(cancellationToken), cancellationToken) is { } reason)
            (file, tree) = Without(file, reason);
        if (file.LeftOut is not null)
            _notices[path] = Notice.Skipped($"{file.LeftOut}, so it is skipped", paths.Shown(path));
        else if (file.Note is not null)
            _notices[path] = Notice.Note(file.Note, paths.Shown(path));
        return (file, tree);

        (SourceFile, SyntaxTree) Without(SourceFile deep, string why)
        {
            var empty = deep with { LeftOut = why, Text = Microsoft.CodeAnalysis.Text.SourceText.From("") };
            return (empty, Parse(empty));
        }

        SyntaxTree Parse(SourceFile source) => CSharpSyntaxTree.ParseText(source.Text, options, path, cancellationToken);
    }
}
