using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Assay.Reference.Ledger;

/// <summary>
/// The unit of writing: a head that vouches for itself, the events of one flush, and the chain's hash after the last of them.
/// </summary>
/// <remarks>
/// Head: mark (4), length of the body (4), number of the first event (8), half a SHA-256 of the file's salt and these 16 bytes (16).
/// Body: for each event its length (4) and its canonical encoding. Tail: the chain's hash (32).
/// </remarks>
internal static class JournalFrame
{
    public const int HeadLength = 32;
    public const int TailLength = SHA256.HashSizeInBytes;
    private const uint Mark = 0x474C_5341;
    private const int Hashed = 16;

    /// <summary>Writes the frame of some events, which must not be none, and adds them to the chain.</summary>
    public static void Write(ArrayBufferWriter<byte> target, IReadOnlyList<LedgerEvent> events, ReadOnlySpan<byte> salt, HashChain chain)
    {
        var body = new ArrayBufferWriter<byte>(256 * events.Count);
        var one = new ArrayBufferWriter<byte>(256);
        foreach (var recorded in events)
        {
            one.ResetWrittenCount();
            EventCodec.Write(one, recorded);
            BinaryPrimitives.WriteInt32LittleEndian(body.GetSpan(sizeof(int)), one.WrittenCount);
            body.Advance(sizeof(int));
            body.Write(one.WrittenSpan);
            chain.Add(recorded);
        }

        var head = target.GetSpan(HeadLength)[..HeadLength];
        BinaryPrimitives.WriteUInt32LittleEndian(head, Mark);
        BinaryPrimitives.WriteInt32LittleEndian(head[4..], body.WrittenCount);
        BinaryPrimitives.WriteInt64LittleEndian(head[8..], events[0].Sequence);
        Check(head[..Hashed], salt, head[Hashed..]);
        target.Advance(HeadLength);
        target.Write(body.WrittenSpan);
        target.Write(chain.Hash);
    }

    /// <summary>Reads a head; false when it is none. The salt keeps what clients choose from looking like one.</summary>
    public static bool TryReadHead(ReadOnlySpan<byte> head, ReadOnlySpan<byte> salt, out int bodyLength, out long first)
    {
        (bodyLength, first) = (0, 0);
        if (head.Length < HeadLength || BinaryPrimitives.ReadUInt32LittleEndian(head) != Mark)
            return false;
        Span<byte> check = stackalloc byte[HeadLength - Hashed];
        Check(head[..Hashed], salt, check);
        (bodyLength, first) = (BinaryPrimitives.ReadInt32LittleEndian(head[4..]), BinaryPrimitives.ReadInt64LittleEndian(head[8..]));
        return check.SequenceEqual(head[Hashed..HeadLength]) && bodyLength >= 0;
    }

    /// <summary>Reads body and tail and adds the events to the chain; null when they are not what was written after it.</summary>
    public static List<LedgerEvent>? Read(ReadOnlySpan<byte> bodyAndTail, HashChain chain)
    {
        var events = new List<LedgerEvent>();
        var body = bodyAndTail[..^TailLength];
        try
        {
            while (!body.IsEmpty)
            {
                var length = body.Length < sizeof(int) ? -1 : BinaryPrimitives.ReadInt32LittleEndian(body);
                if (length < 0 || length > body.Length - sizeof(int))
                    return null;
                events.Add(EventCodec.Read(body.Slice(sizeof(int), length)));
                chain.Add(events[^1]);
                body = body[(sizeof(int) + length)..];
            }
        }
        catch (LedgerCorruptException)
        {
            // Not an answer yet: at the end of the file such a frame is torn, before it the file is damaged. The reader tells them apart.
            return null;
        }

        return bodyAndTail[^TailLength..].SequenceEqual(chain.Hash) ? events : null;
    }

    private static void Check(ReadOnlySpan<byte> head, ReadOnlySpan<byte> salt, Span<byte> check)
    {
        Span<byte> input = stackalloc byte[Hashed + LedgerJournal.SaltLength];
        salt.CopyTo(input);
        head.CopyTo(input[LedgerJournal.SaltLength..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(input, hash);
        hash[..check.Length].CopyTo(check);
    }
}
