using System.Security.Cryptography;
using Assay.Verify.Exploration;

namespace Assay.Weaving.Models;

/// <summary>
/// Chance in a run: each call of the program, and each thread of a test, has a sequence of its own. So a call draws the same numbers whichever call goes first,
/// and a replay draws them again.
/// </summary>
internal sealed class RunRandom : Random
{
    public static RunRandom Instance { get; } = new();

    private static Random Own => Arena.Current?.Chance.Numbers ?? Shared;

    public override int Next() => Own.Next();

    public override int Next(int maxValue) => Own.Next(maxValue);

    public override int Next(int minValue, int maxValue) => Own.Next(minValue, maxValue);

    public override long NextInt64() => Own.NextInt64();

    public override long NextInt64(long maxValue) => Own.NextInt64(maxValue);

    public override long NextInt64(long minValue, long maxValue) => Own.NextInt64(minValue, maxValue);

    public override double NextDouble() => Own.NextDouble();

    public override float NextSingle() => Own.NextSingle();

    public override void NextBytes(byte[] buffer) => Own.NextBytes(buffer);

    public override void NextBytes(Span<byte> buffer) => Own.NextBytes(buffer);

    protected override double Sample() => Own.NextDouble();
}

/// <summary>Random numbers.</summary>
[Models(typeof(Random))]
public static class RandomModel
{
    public static Random New(int site) => Arena.Current is { } lane ? new Random(lane.Chance.Numbers.Next()) : new Random();

    public static Random get_Shared(int site) => Arena.Current is null ? Random.Shared : RunRandom.Instance;
}

/// <summary>Unique names.</summary>
[Models(typeof(Guid))]
public static class GuidModel
{
    public static Guid NewGuid(int site)
    {
        if (Arena.Current is not { } lane)
            return Guid.NewGuid();
        Span<byte> bytes = stackalloc byte[16];
        lane.Chance.Numbers.NextBytes(bytes);
        // Version four, variant one, as the real ones are.
        bytes[7] = (byte)(bytes[7] & 0x0F | 0x40);
        bytes[8] = (byte)(bytes[8] & 0x3F | 0x80);
        return new Guid(bytes);
    }

    public static Guid CreateVersion7(int site)
    {
        if (Arena.Current is null)
            return Guid.CreateVersion7();
        Span<byte> bytes = stackalloc byte[16];
        NewGuid(site).TryWriteBytes(bytes, bigEndian: true, out _);
        Span<byte> time = stackalloc byte[8];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(time, RunClock.Instance.GetUtcNow().ToUnixTimeMilliseconds());
        time[2..].CopyTo(bytes);
        bytes[6] = (byte)(bytes[6] & 0x0F | 0x70);
        return new Guid(bytes, bigEndian: true);
    }
}

/// <summary>Numbers that nobody can guess, outside of a run.</summary>
[Models(typeof(RandomNumberGenerator))]
public static class RandomNumberGeneratorModel
{
    public static int GetInt32(int most, int site) => GetInt32(0, most, site);

    public static int GetInt32(int from, int to, int site) => Arena.Current is { } lane ? lane.Chance.Numbers.Next(from, to) : RandomNumberGenerator.GetInt32(from, to);

    public static byte[] GetBytes(int count, int site)
    {
        var bytes = new byte[count];
        Fill(bytes, site);
        return bytes;
    }

    public static void Fill(Span<byte> bytes, int site)
    {
        if (Arena.Current is { } lane)
            lane.Chance.Numbers.NextBytes(bytes);
        else
            RandomNumberGenerator.Fill(bytes);
    }
}
