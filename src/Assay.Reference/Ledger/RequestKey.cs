using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Assay.Reference.Ledger;

/// <summary>
/// The idempotency key of a request: 128 bits the caller chooses once and repeats with every attempt. The default value is no key.
/// </summary>
/// <param name="Value">The bits; not zero.</param>
public readonly record struct RequestKey(UInt128 Value)
{
    /// <summary>A new key.</summary>
    /// <returns>A key of random bits.</returns>
    public static RequestKey New() => Of(Guid.NewGuid());

    /// <summary>The key of an identifier.</summary>
    /// <param name="id">The identifier; not empty.</param>
    /// <returns>Its 128 bits in the order of its text.</returns>
    public static RequestKey Of(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return new RequestKey(BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }

    /// <summary>
    /// The key of a text of any length, such as a header's value. Put the tenant in front when clients choose the text: keys are one
    /// space for the whole ledger.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <returns>The first 128 bits of the SHA-256 of its UTF-16 code units, so that a megabyte costs no more room than a word.</returns>
    public static RequestKey Of(ReadOnlySpan<char> text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(text), hash);
        return new RequestKey(BinaryPrimitives.ReadUInt128BigEndian(hash));
    }

    /// <summary>The key as an identifier; the inverse of <see cref="Of(Guid)"/>.</summary>
    /// <returns>The identifier.</returns>
    public Guid ToGuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Value);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>The bits.</summary>
    /// <returns>32 hexadecimal digits.</returns>
    public override string ToString() => Value.ToString("x32", null);
}
