using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Assay.Reference.Ledger;

/// <summary>The canonical encoding of requests, which the payload hash, the chain and the file share.</summary>
internal static class RequestCodec
{
    private const int BytesOfPosting = (3 * sizeof(long)) + sizeof(int);

    // Part of every stored file: never renumber.
    private enum Kind
    {
        OpenAccount = 1,
        CloseAccount,
        Post,
        Reserve,
        PostReserved,
        VoidReserved,
        Reverse,
        Schedule,
        CancelScheduled,
    }

    public static UInt128 HashOf(LedgerRequest request)
    {
        var payload = new ArrayBufferWriter<byte>(128);
        Write(new CanonicalWriter(payload), request);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(payload.WrittenSpan, hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    /// <summary>Writes everything but the key.</summary>
    public static void Write(CanonicalWriter writer, LedgerRequest request)
    {
        switch (request)
        {
            case LedgerRequest.OpenAccount open:
                writer.Byte((int)Kind.OpenAccount);
                writer.Long(open.Account);
                writer.Int(open.Currency.Number);
                writer.Long(open.Bounds.Minimum);
                writer.Long(open.Bounds.Maximum);
                break;
            case LedgerRequest.CloseAccount close:
                writer.Byte((int)Kind.CloseAccount);
                writer.Long(close.Account);
                break;
            case LedgerRequest.Post post:
                writer.Byte((int)Kind.Post);
                Write(writer, post.Postings);
                break;
            case LedgerRequest.Reserve reserve:
                writer.Byte((int)Kind.Reserve);
                writer.Long(reserve.Timeout.Ticks);
                Write(writer, reserve.Postings);
                break;
            case LedgerRequest.PostReserved post:
                WriteTargeted(writer, Kind.PostReserved, post.Reservation);
                Write(writer, post.Amounts);
                break;
            case LedgerRequest.VoidReserved release:
                WriteTargeted(writer, Kind.VoidReserved, release.Reservation);
                break;
            case LedgerRequest.Reverse reverse:
                WriteTargeted(writer, Kind.Reverse, reverse.Original);
                Write(writer, reverse.Amounts);
                break;
            case LedgerRequest.Schedule schedule:
                writer.Byte((int)Kind.Schedule);
                writer.Instant(schedule.DueAt);
                Write(writer, schedule.Postings);
                break;
            case LedgerRequest.CancelScheduled cancel:
                WriteTargeted(writer, Kind.CancelScheduled, cancel.Scheduled);
                break;
            default:
                throw new ArgumentException($"{request.GetType()} is no request of this ledger.", nameof(request));
        }
    }

    public static LedgerRequest Read(ref CanonicalReader reader, RequestKey key)
    {
        var kind = (Kind)reader.Byte();
        return kind switch
        {
            Kind.OpenAccount => new LedgerRequest.OpenAccount(
                key, reader.Long(), reader.Currency(), new AccountBounds(reader.Long(), reader.Long())),
            Kind.CloseAccount => new LedgerRequest.CloseAccount(key, reader.Long()),
            Kind.Post => new LedgerRequest.Post(key, ReadPostings(ref reader)),
            Kind.Reserve => ReadReserve(ref reader, key),
            Kind.PostReserved => new LedgerRequest.PostReserved(key, reader.Key(), ReadAmounts(ref reader)),
            Kind.VoidReserved => new LedgerRequest.VoidReserved(key, reader.Key()),
            Kind.Reverse => new LedgerRequest.Reverse(key, reader.Key(), ReadAmounts(ref reader)),
            Kind.Schedule => new LedgerRequest.Schedule(key, reader.Instant(), ReadPostings(ref reader)),
            Kind.CancelScheduled => new LedgerRequest.CancelScheduled(key, reader.Key()),
            _ => throw new LedgerCorruptException($"{(int)kind} is no kind of request."),
        };
    }

    private static void WriteTargeted(CanonicalWriter writer, Kind kind, RequestKey target)
    {
        writer.Byte((int)kind);
        writer.Key(target);
    }

    private static void Write(CanonicalWriter writer, ImmutableArray<Posting> postings)
    {
        var span = postings.IsDefault ? [] : postings.AsSpan();
        writer.Int(span.Length);
        foreach (var posting in span)
            writer.Posting(posting);
    }

    // The default and the empty array mean the same, all of it, and are the same payload.
    private static void Write(CanonicalWriter writer, ImmutableArray<long> amounts)
    {
        var span = amounts.IsDefault ? [] : amounts.AsSpan();
        writer.Int(span.Length);
        foreach (var amount in span)
            writer.Long(amount);
    }

    private static LedgerRequest.Reserve ReadReserve(ref CanonicalReader reader, RequestKey key)
    {
        var timeout = TimeSpan.FromTicks(reader.Long());
        return new LedgerRequest.Reserve(key, ReadPostings(ref reader), timeout);
    }

    private static ImmutableArray<Posting> ReadPostings(ref CanonicalReader reader)
    {
        var postings = new Posting[reader.Count(BytesOfPosting)];
        for (var i = 0; i < postings.Length; i++)
            postings[i] = reader.Posting();
        return ImmutableCollectionsMarshal.AsImmutableArray(postings);
    }

    private static ImmutableArray<long> ReadAmounts(ref CanonicalReader reader)
    {
        var amounts = new long[reader.Count(sizeof(long))];
        for (var i = 0; i < amounts.Length; i++)
            amounts[i] = reader.Long();
        return ImmutableCollectionsMarshal.AsImmutableArray(amounts);
    }
}
