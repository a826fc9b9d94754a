using System.Buffers;
using System.Buffers.Binary;

namespace Assay.Reference.Ledger;

/// <summary>Writes numbers in fixed width, little-endian: equal values give equal bytes, which hashes and chains depend on.</summary>
internal readonly struct CanonicalWriter(IBufferWriter<byte> target)
{
    public void Byte(int value)
    {
        target.GetSpan(sizeof(byte))[0] = checked((byte)value);
        target.Advance(sizeof(byte));
    }

    public void Int(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(target.GetSpan(sizeof(int)), value);
        target.Advance(sizeof(int));
    }

    public void Long(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(target.GetSpan(sizeof(long)), value);
        target.Advance(sizeof(long));
    }

    public void Key(RequestKey key)
    {
        BinaryPrimitives.WriteUInt128LittleEndian(target.GetSpan(16), key.Value);
        target.Advance(16);
    }

    // The instant, not its offset: the same moment told in two time zones is the same payload.
    public void Instant(DateTimeOffset instant) => Long(instant.UtcTicks);

    public void Posting(Posting posting)
    {
        Long(posting.From);
        Long(posting.To);
        Long(posting.Amount.MinorUnits);
        Int(posting.Amount.Currency.Number);
    }
}

/// <summary>Reads what <see cref="CanonicalWriter"/> wrote.</summary>
/// <exception cref="LedgerCorruptException">The bytes end too early, from every method.</exception>
internal ref struct CanonicalReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    public int Byte() => Take(sizeof(byte))[0];

    public int Int() => BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));

    public long Long() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));

    public RequestKey Key() => new(BinaryPrimitives.ReadUInt128LittleEndian(Take(16)));

    public DateTimeOffset Instant()
    {
        var ticks = Long();
        if (ticks < DateTimeOffset.MinValue.Ticks || ticks > DateTimeOffset.MaxValue.Ticks)
            throw new LedgerCorruptException($"{ticks} is no instant.");
        return new DateTimeOffset(ticks, TimeSpan.Zero);
    }

    public Currency Currency()
    {
        var number = Int();
        if (number is < 0 or > Assay.Reference.Ledger.Currency.Count)
            throw new LedgerCorruptException($"{number} is no currency.");
        return Assay.Reference.Ledger.Currency.OfNumber(number);
    }

    public Posting Posting() => new(Long(), Long(), new Money(Long(), Currency()));

    /// <summary>A count of things that take at least so many bytes each: a wrong count must not allocate what cannot be there.</summary>
    public int Count(int leastBytesEach)
    {
        var count = Int();
        if (count < 0 || count > _rest.Length / leastBytesEach)
            throw new LedgerCorruptException($"{count} is no count here.");
        return count;
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (_rest.Length < length)
            throw new LedgerCorruptException("A record ends too early.");
        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }
}
