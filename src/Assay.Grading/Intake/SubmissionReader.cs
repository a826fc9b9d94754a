using System.Formats.Tar;
using System.IO.Compression;

namespace Assay.Grading.Intake;

/// <summary>Reads a folder, a source file, a zip or a tar into memory. Follows no link, evaluates no project, writes nothing.</summary>
public static class SubmissionReader
{
    private const int UnixTypeShift = 16 + 12;
    private const int UnixRegular = 8;

    private static readonly string[] Archives = [".zip", ".tar", ".tar.gz", ".tgz"];

    /// <summary>Whether the file is of a kind that can be a submission.</summary>
    public static bool IsSubmissionFile(string path) =>
        path.EndsWith(".cs", StringComparison.OrdinalIgnoreCase) || Archives.Any(ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads a submission.</summary>
    /// <exception cref="RejectedException">What is there cannot be one.</exception>
    public static Submission Read(string path, IntakeLimits limits)
    {
        var collector = new SourceCollector(limits);
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        // It may lead to another candidate's files as well as to this machine's.
        if (new FileInfo(path).LinkTarget is not null)
            throw new RejectedException($"{name} is a link; hand in the files themselves");
        try
        {
            if (Directory.Exists(path))
                ReadFolder(new DirectoryInfo(path), "", collector);
            else if (path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase))
                ReadZip(path, collector);
            else if (path.EndsWith(".cs", StringComparison.OrdinalIgnoreCase))
                ReadFile(new FileInfo(path), name, collector);
            else if (IsSubmissionFile(path))
                ReadTar(path, collector, limits);
            else
                throw new RejectedException($"{name} is neither a .cs file nor an archive ({string.Join(", ", Archives)})");
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException or ArgumentException or NotSupportedException)
        {
            throw new RejectedException($"the archive is broken: {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RejectedException($"it cannot be read: {e.Message}");
        }

        return collector.Finish(name);
    }

    private static void ReadFolder(DirectoryInfo folder, string prefix, SourceCollector collector)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            collector.Count();
            var path = prefix + entry.Name;
            // A link may lead anywhere on this machine: what it points to was not handed in.
            if (entry.LinkTarget is not null)
            {
                if (SourceCollector.IsSource(path) || entry is DirectoryInfo)
                    throw new RejectedException($"{path} is a link; hand in the file itself");
            }
            else if (entry is DirectoryInfo inner && SourceCollector.IsSource(path + "/x.cs"))
                ReadFolder(inner, path + "/", collector);
            else if (entry is FileInfo file && SourceCollector.IsSource(path))
                ReadFile(file, path, collector);
        }
    }

    private static void ReadFile(FileInfo file, string path, SourceCollector collector)
    {
        using var content = file.OpenRead();
        collector.Add(path, content);
    }

    private static void ReadZip(string path, SourceCollector collector)
    {
        using var archive = ZipFile.OpenRead(path);
        foreach (var entry in archive.Entries)
        {
            collector.Count();
            var name = EntryPath.Of(entry.FullName);
            var kind = (uint)entry.ExternalAttributes >> UnixTypeShift;
            if (name.EndsWith('/'))
                continue;
            if (kind is not (0 or UnixRegular))
                throw new RejectedException($"{name} is a link or a device; hand in files only");
            if (!SourceCollector.IsSource(name))
                continue;
            using var content = entry.Open();
            collector.Add(name, content, entry.CompressedLength);
        }
    }

    private static void ReadTar(string path, SourceCollector collector, IntakeLimits limits)
    {
        using var file = File.OpenRead(path);
        var isPacked = !path.EndsWith(".tar", StringComparison.OrdinalIgnoreCase);
        using Stream content = isPacked ? new BoundedStream(new GZipStream(file, CompressionMode.Decompress), Math.Max(file.Length, 1024) * limits.Ratio) : file;
        using var archive = new TarReader(content);
        while (archive.GetNextEntry() is { } entry)
        {
            collector.Count();
            var name = EntryPath.Of(entry.Name);
            if (entry.EntryType is TarEntryType.Directory or TarEntryType.GlobalExtendedAttributes or TarEntryType.ExtendedAttributes)
                continue;
            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile))
                throw new RejectedException($"{name} is a link or a device; hand in files only");
            if (SourceCollector.IsSource(name) && entry.DataStream is { } data)
                collector.Add(name, data);
        }
    }
}
