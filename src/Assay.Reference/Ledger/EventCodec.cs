using System.Buffers;

namespace Assay.Reference.Ledger;

/// <summary>The canonical encoding of events.</summary>
internal static class EventCodec
{
    private const int BytesOfLeg = 64;

    public static void Write(IBufferWriter<byte> target, LedgerEvent recorded)
    {
        var writer = new CanonicalWriter(target);
        writer.Long(recorded.Sequence);
        writer.Instant(recorded.At);
        writer.Byte((int)recorded.Cause);
        writer.Byte((int)recorded.Status);
        writer.Key(recorded.Request.Key);
        RequestCodec.Write(writer, recorded.Request);
        writer.Int(recorded.Legs.Length);
        foreach (var leg in recorded.Legs)
        {
            writer.Int(leg.Number);
            writer.Posting(leg.Posting);
            writer.Long(leg.FromBalance);
            writer.Long(leg.FromVersion);
            writer.Long(leg.ToBalance);
            writer.Long(leg.ToVersion);
        }
    }

    /// <summary>Reads one event, which must fill the bytes.</summary>
    public static LedgerEvent Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new CanonicalReader(bytes);
        var (sequence, at) = (reader.Long(), reader.Instant());
        var (cause, status) = ((EventCause)reader.Byte(), (LedgerStatus)reader.Byte());
        if (!Enum.IsDefined(cause) || !Enum.IsDefined(status))
            throw new LedgerCorruptException($"Event {sequence} has no known cause or status.");
        var request = RequestCodec.Read(ref reader, reader.Key());
        var legs = new Leg[reader.Count(BytesOfLeg)];
        for (var i = 0; i < legs.Length; i++)
            legs[i] = new Leg(reader.Int(), reader.Posting(), reader.Long(), reader.Long(), reader.Long(), reader.Long());
        if (!reader.IsAtEnd)
            throw new LedgerCorruptException($"Event {sequence} is followed by something else.");
        return new LedgerEvent(sequence, at, cause, request, status, [.. legs]);
    }
}
