using System.Text;
using Microsoft.CodeAnalysis.Text;

namespace Assay.Cli.Loading;

/// <summary>A file that was read: its text with the encoding it had, or the reason why it is left out.</summary>
/// <param name="Path">The absolute path.</param>
/// <param name="Text">The text; empty when the file is left out.</param>
/// <param name="LeftOut">Why the file is not scanned; null when it is.</param>
/// <param name="Note">What is odd about the file though it is scanned.</param>
/// <param name="MayBeDeep">Whether the depth of its tree needs a look.</param>
internal sealed record SourceFile(string Path, SourceText Text, string? LeftOut = null, string? Note = null, bool MayBeDeep = false)
{
    private const int MostBytes = 64 * 1024 * 1024;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly UTF8Encoding Utf8WithMark = new(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true);

    /// <summary>Reads a file; whatever is wrong with it is said in the result.</summary>
    public static async Task<SourceFile> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            if (new FileInfo(path).Length > MostBytes)
                return Without(path, $"is larger than {MostBytes / 1024 / 1024} MB");
            return Decode(path, await File.ReadAllBytesAsync(path, cancellationToken));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Without(path, $"cannot be read ({e.Message.TrimEnd('.')})");
        }
    }

    /// <summary>The text of <paramref name="bytes"/>, the content of the file.</summary>
    public static SourceFile Decode(string path, byte[] bytes)
    {
        var (encoding, mark) = Mark(bytes);
        var content = bytes.AsSpan(mark);
        // Wide encodings have zero bytes in every ASCII character; anything else that has one is no text.
        if (encoding is UTF8Encoding && content.Contains((byte)0))
            return Without(path, "is binary (it holds NUL bytes)");
        string? note = null;
        string text;
        try
        {
            text = encoding.GetString(content);
        }
        catch (DecoderFallbackException)
        {
            // One byte a character: nothing is lost, columns stay right, and a fix writes the same bytes back.
            (encoding, note) = (Encoding.Latin1, "is not valid UTF-8, read as Latin-1");
            text = encoding.GetString(content);
        }
        var (tooDeep, mayBeDeep) = Nesting.Look(text);
        return tooDeep is not null
            ? Without(path, tooDeep)
            : new SourceFile(path, SourceText.From(text, encoding, SourceHashAlgorithm.Sha256), Note: note, MayBeDeep: mayBeDeep);
    }

    private static SourceFile Without(string path, string reason) =>
        new(path, SourceText.From("", Utf8), LeftOut: reason);

    private static (Encoding Encoding, int Length) Mark(byte[] bytes) => bytes switch
    {
        [0xEF, 0xBB, 0xBF, ..] => (Utf8WithMark, 3),
        [0xFF, 0xFE, 0x00, 0x00, ..] => (Encoding.UTF32, 4),
        [0xFF, 0xFE, ..] => (Encoding.Unicode, 2),
        [0xFE, 0xFF, ..] => (Encoding.BigEndianUnicode, 2),
        _ => (Utf8, 0),
    };
}
