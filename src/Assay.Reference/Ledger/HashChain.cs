using System.Buffers;
using System.Security.Cryptography;

namespace Assay.Reference.Ledger;

/// <summary>
/// The end of a chain of events: whoever keeps it can tell later that no event up to it has been changed, dropped or moved.
/// </summary>
/// <param name="Sequence">The last event's number; zero of an empty chain.</param>
/// <param name="Hash">Its hash: 64 hexadecimal digits, all zero of an empty chain.</param>
public sealed record ChainHead(long Sequence, string Hash);

/// <summary>
/// Chains events by hash: each hash is the SHA-256 of the one before and the event's canonical encoding. A function of the events alone,
/// equal for every engine. Not safe for concurrent use.
/// </summary>
public sealed class HashChain
{
    private readonly ArrayBufferWriter<byte> _buffer = new(256);
    private readonly byte[] _hash = new byte[SHA256.HashSizeInBytes];
    private long _sequence;

    /// <summary>The end of what has been added.</summary>
    public ChainHead Head => new(_sequence, Convert.ToHexStringLower(_hash));

    internal ReadOnlySpan<byte> Hash => _hash;

    /// <summary>Chains all events of a ledger.</summary>
    /// <param name="events">The events from the first on, in order.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The end of the chain.</returns>
    /// <exception cref="LedgerCorruptException">A number is missing or out of order.</exception>
    public static async ValueTask<ChainHead> HeadOfAsync(
        IAsyncEnumerable<LedgerEvent> events, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(events);
        var chain = new HashChain();
        await foreach (var recorded in events.WithCancellation(cancellationToken).ConfigureAwait(false))
            chain.Add(recorded);
        return chain.Head;
    }

    /// <summary>Adds the next event.</summary>
    /// <param name="recorded">The event.</param>
    /// <exception cref="LedgerCorruptException">It is not the next one.</exception>
    public void Add(LedgerEvent recorded)
    {
        ArgumentNullException.ThrowIfNull(recorded);
        if (recorded.Sequence != _sequence + 1)
            throw new LedgerCorruptException($"After event {_sequence} comes event {recorded.Sequence}.");
        _buffer.ResetWrittenCount();
        _buffer.Write(_hash);
        EventCodec.Write(_buffer, recorded);
        SHA256.HashData(_buffer.WrittenSpan, _hash);
        _sequence++;
    }
}
