using System.Buffers;
using System.Security.Cryptography;

namespace Assay.Reference.Ledger;

/// <summary>
/// An append-only file of events. A frame is flushed before the next one is written, so only the last can be torn, and nobody has been told
/// of what it says.
/// </summary>
internal sealed class LedgerJournal : IDisposable
{
    public const int SaltLength = 16;

    // Mark of the format, salt, half a SHA-256 of both. With a damaged salt every frame would look torn.
    private const int PreambleLength = 8 + SaltLength + 16;
    private const int ScanLength = 1 << 16;
    private static readonly byte[] s_format = "ASSAYLG1"u8.ToArray();

    private readonly IJournalStorage _storage;
    private readonly ArrayBufferWriter<byte> _buffer = new(1 << 16);
    private readonly byte[] _salt;
    private HashChain _chain = new();
    private long _end = PreambleLength;

    private LedgerJournal(IJournalStorage storage, byte[] salt) => (_storage, _salt) = (storage, salt);

    /// <summary>The number of the last event that is on the disk.</summary>
    public long LastSequence => _chain.Sequence;

    /// <summary>The end of the chain of events that are on the disk.</summary>
    public ChainHead Head => _chain.Head;

    /// <summary>Reads what is there, cuts off a torn end, and gets ready to append.</summary>
    /// <exception cref="LedgerCorruptException">The file is of another format, or damaged elsewhere than at its end.</exception>
    public static async ValueTask<(LedgerJournal Journal, List<LedgerEvent> Events)> OpenAsync(
        IJournalStorage storage, CancellationToken cancellationToken)
    {
        var preamble = new byte[PreambleLength];
        var read = await ReadAsync(storage, preamble, 0, cancellationToken).ConfigureAwait(false);
        // Empty, or a beginning that was torn and never answered for. Somebody else's short file is left alone.
        if (read < PreambleLength && s_format.AsSpan().StartsWith(preamble.AsSpan(0, Math.Min(read, s_format.Length))))
            return (await CreateAsync(storage, cancellationToken).ConfigureAwait(false), []);
        if (!preamble.SequenceEqual(PreambleOf(preamble[s_format.Length..(s_format.Length + SaltLength)])))
            throw new LedgerCorruptException("The file is no ledger of this format, or its beginning is damaged.");
        var journal = new LedgerJournal(storage, preamble[s_format.Length..(s_format.Length + SaltLength)]);
        var events = await journal.ReadFramesAsync(cancellationToken).ConfigureAwait(false);
        if (journal._end < storage.Length)
        {
            storage.Truncate(journal._end);
            // Before anything is appended: a torn rest must not reappear behind a new frame.
            storage.Flush();
        }

        return (journal, events);
    }

    /// <summary>Appends events and returns once they are on the disk.</summary>
    public async ValueTask AppendAsync(IReadOnlyList<LedgerEvent> events, CancellationToken cancellationToken)
    {
        _buffer.ResetWrittenCount();
        JournalFrame.Write(_buffer, events, _salt, _chain);
        await _storage.WriteAsync(_buffer.WrittenMemory, _end, cancellationToken).ConfigureAwait(false);
        _storage.Flush();
        _end += _buffer.WrittenCount;
    }

    public void Dispose() => _storage.Dispose();

    private static async ValueTask<LedgerJournal> CreateAsync(IJournalStorage storage, CancellationToken cancellationToken)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltLength);
        storage.Truncate(0);
        await storage.WriteAsync(PreambleOf(salt), 0, cancellationToken).ConfigureAwait(false);
        storage.Flush();
        return new LedgerJournal(storage, salt);
    }

    private static byte[] PreambleOf(byte[] salt)
    {
        byte[] start = [.. s_format, .. salt];
        return [.. start, .. SHA256.HashData(start).AsSpan(0, PreambleLength - start.Length)];
    }

    private async ValueTask<List<LedgerEvent>> ReadFramesAsync(CancellationToken cancellationToken)
    {
        var events = new List<LedgerEvent>();
        while (_end < _storage.Length)
        {
            if (await ReadFrameAsync(cancellationToken).ConfigureAwait(false) is not { } frame)
            {
                await RefuseLaterFramesAsync(cancellationToken).ConfigureAwait(false);
                // The chain may have run into the torn frame; what counts are the events before it.
                _chain = new HashChain();
                events.ForEach(_chain.Add);
                return events;
            }

            events.AddRange(frame);
        }

        return events;
    }

    // Null when there is no whole frame at the end of what has been read.
    private async ValueTask<List<LedgerEvent>?> ReadFrameAsync(CancellationToken cancellationToken)
    {
        var head = new byte[JournalFrame.HeadLength];
        var read = await ReadAsync(_storage, head, _end, cancellationToken).ConfigureAwait(false);
        if (!JournalFrame.TryReadHead(head.AsSpan(0, read), _salt, out var bodyLength, out var first) || first != _chain.Sequence + 1)
            return null;
        // Compared with what there is before anything of that size is allocated.
        var length = JournalFrame.HeadLength + (long)bodyLength + JournalFrame.TailLength;
        if (length > _storage.Length - _end)
            return null;
        var rest = new byte[bodyLength + JournalFrame.TailLength];
        await ReadAsync(_storage, rest, _end + JournalFrame.HeadLength, cancellationToken).ConfigureAwait(false);
        if (JournalFrame.Read(rest, _chain) is not { } events)
            return null;
        _end += length;
        return events;
    }

    // A frame is written only after the one before is on the disk. So a bad frame with another behind it was whole once: not torn, damaged.
    private async ValueTask RefuseLaterFramesAsync(CancellationToken cancellationToken)
    {
        var window = new byte[ScanLength];
        for (var offset = _end + 1; offset < _storage.Length; offset += ScanLength - JournalFrame.HeadLength)
        {
            var read = await ReadAsync(_storage, window, offset, cancellationToken).ConfigureAwait(false);
            for (var i = 0; i + JournalFrame.HeadLength <= read; i++)
            {
                if (JournalFrame.TryReadHead(window.AsSpan(i, JournalFrame.HeadLength), _salt, out _, out _))
                    throw new LedgerCorruptException($"The frame at byte {_end} is damaged, and others follow it. Restore a good copy.");
            }
        }
    }

    // Fills the buffer as far as the file goes: a read may bring less than it was asked for.
    private static async ValueTask<int> ReadAsync(IJournalStorage storage, Memory<byte> buffer, long offset, CancellationToken cancellationToken)
    {
        var total = 0;
        while (total < buffer.Length)
        {
            var read = await storage.ReadAsync(buffer[total..], offset + total, cancellationToken).ConfigureAwait(false);
            if (read == 0)
                break;
            total += read;
        }

        return total;
    }
}
