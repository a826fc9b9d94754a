using System.Text;

namespace Assay.Grading.Intake;

/// <summary>Takes in the files of one submission, whatever they come from, and holds every bound while bytes arrive: nothing is judged by what an archive claims.</summary>
internal sealed class SourceCollector(IntakeLimits limits)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly Encoding[] Marked =
    [
        new UTF8Encoding(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true),
        new UnicodeEncoding(bigEndian: false, byteOrderMark: true, throwOnInvalidBytes: true),
        new UnicodeEncoding(bigEndian: true, byteOrderMark: true, throwOnInvalidBytes: true),
    ];

    private static readonly string[] NotSources = ["bin", "obj", ".git", ".vs", "node_modules"];

    private readonly SortedDictionary<string, string> _files = new(StringComparer.Ordinal);
    private readonly HashSet<string> _folded = new(StringComparer.OrdinalIgnoreCase);
    private long _bytes;
    private int _entries;

    /// <summary>Counts an entry of any kind.</summary>
    /// <exception cref="RejectedException">There are too many.</exception>
    public void Count()
    {
        if (++_entries > limits.Entries)
            throw new RejectedException($"more than {limits.Entries} files: hand in the sources alone");
    }

    /// <summary>Whether the entry is a source file of the candidate's. Everything else is passed over unread: no project, package or configuration counts.</summary>
    public static bool IsSource(string path) =>
        path.EndsWith(".cs", StringComparison.OrdinalIgnoreCase) && !path.Split('/').Any(part => NotSources.Contains(part, StringComparer.OrdinalIgnoreCase));

    /// <summary>Reads a source file.</summary>
    /// <param name="path">As the archive or folder has it.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="packed">How many bytes it took in the archive; null in a folder.</param>
    /// <exception cref="RejectedException">A bound is passed, or the text is no text.</exception>
    public void Add(string path, Stream content, long? packed = null)
    {
        var bytes = ReadAll(path, content, packed);
        if (!_folded.Add(path) || _files.ContainsKey(path))
            throw new RejectedException($"{path} is there twice, if capitals do not count");
        _files.Add(path, Decode(path, bytes));
    }

    /// <summary>The submission, once everything is in.</summary>
    /// <exception cref="RejectedException">There is no source file.</exception>
    public Submission Finish(string name) =>
        _files.Count == 0
            ? throw new RejectedException("no .cs file: hand in C# source files")
            : new Submission(name, TaskFolder.Own([.. _files.Select(file => new FileRecord(file.Key, file.Value))]));

    private byte[] ReadAll(string path, Stream content, long? packed)
    {
        var all = new MemoryStream();
        var buffer = new byte[16 << 10];
        int read;
        while ((read = content.Read(buffer)) > 0)
        {
            _bytes += read;
            if (_bytes > limits.Bytes)
                throw new RejectedException($"more than {limits.Bytes >> 20} MB of sources");
            if (packed is { } small && all.Length + read > Math.Max(small, 1) * limits.Ratio && all.Length + read > 64 << 10)
                throw new RejectedException($"{path} unpacks to more than {limits.Ratio} times its size");
            all.Write(buffer, 0, read);
        }

        return all.ToArray();
    }

    private string Decode(string path, byte[] bytes)
    {
        // Some editors write UTF-16, and the compiler reads it as they do: by the mark at its beginning.
        var encoding = Marked.FirstOrDefault(marked => bytes.AsSpan().StartsWith(marked.Preamble)) ?? Strict;
        string text;
        try
        {
            text = encoding.GetString(bytes.AsSpan(bytes.AsSpan().StartsWith(encoding.Preamble) ? encoding.Preamble.Length : 0));
        }
        catch (DecoderFallbackException)
        {
            throw new RejectedException($"{path} is not UTF-8 text, nor UTF-16 with a byte order mark");
        }

        if (text.Contains('\0', StringComparison.Ordinal))
            throw new RejectedException($"{path} is not text: it has zero bytes");
        var directives = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.TrimStart() is ['#', ..] && ++directives > limits.Directives)
                throw new RejectedException($"{path} has more than {limits.Directives} preprocessor directives");
            if (line.Length > limits.Line)
                throw new RejectedException($"{path} has a line of {line.Length} characters; at most {limits.Line} are read");
        }

        return text;
    }
}
