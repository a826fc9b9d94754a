using System.Text;

namespace Assay.Grading.Jail;

/// <summary>Drains a stream for as long as it lasts, keeps its beginning, counts the rest: a flood neither fills memory nor blocks the writer's end from being seen.</summary>
internal sealed class BoundedOutput
{
    private const int Kept = 16 << 10;

    private readonly Lock _gate = new();
    private readonly byte[] _beginning = new byte[Kept];
    private long _length;

    /// <summary>Bytes that came, kept or not.</summary>
    public long Length
    {
        get
        {
            lock (_gate)
                return _length;
        }
    }

    /// <summary>The beginning as text; what is not UTF-8 is replaced, control characters are shown as such by whoever prints it.</summary>
    public string Text
    {
        get
        {
            lock (_gate)
                return Encoding.UTF8.GetString(_beginning, 0, (int)Math.Min(_length, Kept));
        }
    }

    /// <summary>Reads until the end, or until more than <paramref name="most"/> bytes came.</summary>
    /// <returns>Whether the bound was passed.</returns>
    public bool Drain(Stream stream, long most)
    {
        var buffer = new byte[8192];
        while (true)
        {
            int read;
            try
            {
                read = stream.Read(buffer);
            }
            catch (IOException)
            {
                return false;
            }

            if (read == 0)
                return false;
            Keep(buffer.AsSpan(0, read));
            if (Length > most)
                return true;
        }
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            if (_length < Kept)
                bytes[..Math.Min(bytes.Length, Kept - (int)_length)].CopyTo(_beginning.AsSpan((int)_length));
            _length += bytes.Length;
        }
    }
}
