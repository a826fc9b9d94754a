using System.Runtime.CompilerServices;

namespace Assay.Reference.Caching;

/// <summary>Hits and misses, counted exactly by threads that do not wait for each other.</summary>
internal sealed class RequestCounter
{
    // Threads with a cell of their own; the others share one.
    private const int Owners = 128;

    // A cell is a cache line, so that no thread writes to another's.
    private const int Stride = 64 / sizeof(long);
    private const int Shared = Owners * Stride;

    // No two living threads have the same number, and the runtime hands a number on only after its thread has ended: each of the first
    // cells has one writer at a time, who needs no atomic operation. A first line is left free for the array's own length.
    private readonly long[] _cells = new long[(Owners + 2) * Stride];

    public long Hits => Sum(Stride);

    public long Misses => Sum(Stride + 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Hit() => Increment(Stride);

    public void Miss() => Increment(Stride + 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Increment(int offset)
    {
        var thread = Environment.CurrentManagedThreadId;
        if ((uint)thread < Owners)
            _cells[(thread * Stride) + offset]++;
        else
            Interlocked.Increment(ref _cells[Shared + offset]);
    }

    private long Sum(int offset)
    {
        var sum = 0L;
        for (var i = offset; i < _cells.Length; i += Stride)
            sum += Volatile.Read(ref _cells[i]);
        return sum;
    }
}
