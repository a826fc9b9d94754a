using System.Collections.Immutable;
using System.Text;
using Assay.Cli.Loading;
using Assay.Cli.Scanning;

namespace Assay.Cli.Fixing;

/// <summary>Writes fixed files with the encoding and the byte order mark they had.</summary>
internal sealed class FileWriter(LoadedTargets targets, Paths paths)
{
    private readonly Dictionary<string, SourceFile> _sources = targets.Projects
        .SelectMany(project => project.Sources.Values)
        .DistinctBy(file => file.Path)
        .ToDictionary(file => file.Path, StringComparer.Ordinal);

    /// <summary>Writes the files; what cannot be written is named in the result.</summary>
    public async Task<ImmutableArray<Notice>> WriteAsync(ImmutableSortedDictionary<string, string> files, CancellationToken cancellationToken)
    {
        var notices = ImmutableArray.CreateBuilder<Notice>();
        foreach (var (path, text) in files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (await WriteAsync(path, text) is { } problem)
                notices.Add(Notice.Failed(problem, paths.Shown(path)));
        }
        return notices.ToImmutable();
    }

    // A file that is begun is finished: half a source file is worse than a late answer to Ctrl+C.
    private async Task<string?> WriteAsync(string path, string text)
    {
        var encoding = _sources.GetValueOrDefault(path)?.Text.Encoding ?? new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        if (encoding.GetString(encoding.GetBytes(text)) != text)
            return $"is not fixed: its encoding, {encoding.EncodingName}, lacks characters of the fix";
        try
        {
            await File.WriteAllBytesAsync(path, [.. encoding.GetPreamble(), .. encoding.GetBytes(text)], CancellationToken.None);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"is not fixed: {e.Message.TrimEnd('.')}";
        }
    }
}
