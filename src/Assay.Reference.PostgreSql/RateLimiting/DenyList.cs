using System.Collections.Concurrent;

namespace Assay.Reference.PostgreSql.RateLimiting;

/// <summary>
/// Keys that were refused lately, each with the instant before which asking again is useless. Bounded: strangers choose the keys.
/// </summary>
internal sealed class DenyList(int capacity, TimeProvider clock)
{
    private readonly ConcurrentDictionary<UInt128, Refusal> _refusals = new();

    /// <summary>The ticks during which a request is certain to be refused; zero when the server must be asked.</summary>
    public long TicksLeft(byte[] key, int permits)
    {
        // A smaller request may be granted earlier than the one that was refused; how much later a larger one, only the server knows.
        if (!_refusals.TryGetValue(Key(key), out var refusal) || permits != refusal.Permits)
            return 0;
        var left = refusal.Until - clock.GetTimestamp();
        if (left <= 0)
            _refusals.TryRemove(new KeyValuePair<UInt128, Refusal>(Key(key), refusal));
        return Math.Max(0, left);
    }

    public void Remember(byte[] key, int permits, long ticks)
    {
        if (_refusals.Count >= capacity)
            RemoveOver();
        // A list that is full of refusals still in force forgets the newest: it saves time, and decides nothing.
        if (_refusals.Count < capacity)
            _refusals[Key(key)] = new Refusal(permits, clock.GetTimestamp() + ticks);
    }

    private void RemoveOver()
    {
        var now = clock.GetTimestamp();
        foreach (var refusal in _refusals)
        {
            if (refusal.Value.Until <= now)
                _refusals.TryRemove(refusal);
        }
    }

    private static UInt128 Key(byte[] hash) => System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(hash);

    private readonly record struct Refusal(int Permits, long Until);
}
