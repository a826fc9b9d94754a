using System.Collections.Concurrent;
using System.Collections.Immutable;
using Assay.Cli.Scanning;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Assay.Cli.Loading;

/// <summary>Reads and parses source files, each read once though several target frameworks compile it.</summary>
internal sealed class SourceParser(Paths paths)
{
    private readonly ConcurrentDictionary<string, Task<SourceFile>> _files = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Notice> _notices = new(StringComparer.Ordinal);

    /// <summary>What was odd about files, ordered.</summary>
    public ImmutableArray<Notice> Notices =>
        [.. _notices.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value)];

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
