using System.Numerics;
using System.Runtime.CompilerServices;

namespace Assay.Reference.Caching;

/// <summary>A counter that threads raise on cells of their own: exact, and without a cache line they all write to.</summary>
internal sealed class StripedCounter
{
    // Two cache lines apart, because processors fetch lines in pairs.
    private const int Stride = 128 / sizeof(long);

    private static readonly int s_mask = (int)BitOperations.RoundUpToPowerOf2((uint)Environment.ProcessorCount) * 2 - 1;

    private readonly long[] _cells = new long[(s_mask + 2) * Stride];

    public long Sum
    {
        get
        {
            var sum = 0L;
            for (var i = Stride; i < _cells.Length; i += Stride)
                sum += Interlocked.Read(ref _cells[i]);
            return sum;
        }
    }

    // Atomic all the same: threads whose numbers collide share a cell.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Increment() => Interlocked.Increment(ref _cells[((Environment.CurrentManagedThreadId & s_mask) + 1) * Stride]);
}
