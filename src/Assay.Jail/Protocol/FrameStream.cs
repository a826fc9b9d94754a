using System.Buffers.Binary;

namespace Assay.Jail.Protocol;

/// <summary>
/// Frames over a pair of byte streams: kind (1 byte), number (8), length (4), body; little endian. A frame is at most <see cref="Limit"/> bytes long, so that neither side can be made
/// to take memory without bound. Sending is safe from many threads, receiving is one thread's.
/// </summary>
internal sealed class FrameStream(Stream input, Stream output)
{
    /// <summary>The longest body, in bytes. An assembly of 32 MiB is refused earlier, by the compiler's limits.</summary>
    public const int Limit = 8 << 20;

    private const int HeadLength = 13;

    private readonly Lock _sending = new();
    private readonly byte[] _head = new byte[HeadLength];

    // Most frames are short: one read brings a whole one.
    private readonly byte[] _buffer = new byte[4096];
    private int _from;
    private int _to;

    /// <summary>Sends a frame, whole.</summary>
    /// <exception cref="ProtocolException">The body is too long.</exception>
    /// <exception cref="IOException">The other side is gone.</exception>
    public void Send(FrameKind kind, long number, ReadOnlySpan<byte> body)
    {
        if (body.Length > Limit)
            throw new ProtocolException($"a message of {body.Length} bytes; at most {Limit} fit");
        var bytes = new byte[HeadLength + body.Length];
        bytes[0] = (byte)kind;
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(1), number);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(9), body.Length);
        body.CopyTo(bytes.AsSpan(HeadLength));
        lock (_sending)
        {
            output.Write(bytes);
            output.Flush();
        }
    }

    /// <summary>Waits for the next frame.</summary>
    /// <returns>Null when the other side has ended.</returns>
    /// <exception cref="ProtocolException">What came is no frame.</exception>
    public Frame? Receive()
    {
        var read = Read(_head);
        if (read == 0)
            return null;
        if (read < HeadLength)
            throw new ProtocolException("a frame was cut off");
        var length = BinaryPrimitives.ReadInt32LittleEndian(_head.AsSpan(9));
        if (length is < 0 or > Limit)
            throw new ProtocolException($"a frame claims {length} bytes");
        var frame = new Frame((FrameKind)_head[0], BinaryPrimitives.ReadInt64LittleEndian(_head.AsSpan(1)), new byte[length]);
        return Read(frame.Body) == length ? frame : throw new ProtocolException("a frame was cut off");
    }

    /// <summary>Fills the target unless the stream ends before.</summary>
    /// <returns>How many bytes came.</returns>
    private int Read(Span<byte> target)
    {
        var filled = 0;
        while (filled < target.Length)
        {
            if (_from == _to)
            {
                // What is long goes where it belongs at once.
                if (target.Length - filled >= _buffer.Length)
                    return filled + input.ReadAtLeast(target[filled..], target.Length - filled, throwOnEndOfStream: false);
                (_from, _to) = (0, input.Read(_buffer));
                if (_to == 0)
                    return filled;
            }

            var part = Math.Min(_to - _from, target.Length - filled);
            _buffer.AsSpan(_from, part).CopyTo(target[filled..]);
            (_from, filled) = (_from + part, filled + part);
        }

        return filled;
    }
}

/// <summary>The other side said something that the protocol does not allow.</summary>
internal sealed class ProtocolException(string message) : Exception(message);
