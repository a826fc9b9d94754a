using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Assay.Reference.Caching;

/// <summary>
/// Hits and misses, counted by threads that do not wait for each other and need not ask who they are. A field of what counts, never copied:
/// a reference to it would be one more thing to read at every hit.
/// </summary>
internal struct RequestCounter
{
    private const int CellBits = 7;

    // A thread is known by the piece of memory its stack is in at the moment: asking for its number takes longer than everything else a
    // hit does. Stacks lie far apart, so a piece has one writer at a time, who needs no atomic operation; when a thread ends, whoever gets
    // its stack inherits its cells. Only where the bottom of one stack and the top of another are in one piece could a count be lost, and
    // no thread calls anything that near the end of its stack.
    private const int PieceBits = 16;

    // The first cell stays empty: it may share its line with fields of the object that counts, which others read at every hit.
    private Cells _cells;
    private long _sharedHits;
    private long _sharedMisses;

    public long Hits
    {
        get
        {
            var sum = Interlocked.Read(ref _sharedHits);
            foreach (ref readonly var cell in (ReadOnlySpan<Cell>)_cells)
                sum += Volatile.Read(in cell.Hits);
            return sum;
        }
    }

    public long Misses
    {
        get
        {
            var sum = Interlocked.Read(ref _sharedMisses);
            foreach (ref readonly var cell in (ReadOnlySpan<Cell>)_cells)
                sum += Volatile.Read(in cell.Misses);
            return sum;
        }
    }

    /// <summary>Counts a hit if this thread has a cell already.</summary>
    /// <returns>Whether it was counted.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryHit()
    {
        ref var cell = ref OwnOrOther(out var piece);
        if (cell.Owner != piece)
            return false;
        cell.Hits++;
        return true;
    }

    public void Hit()
    {
        ref var cell = ref OwnOrOther(out var piece);
        if (IsOwn(ref cell, piece))
            cell.Hits++;
        else
            Interlocked.Increment(ref _sharedHits);
    }

    public void Miss()
    {
        ref var cell = ref OwnOrOther(out var piece);
        if (IsOwn(ref cell, piece))
            cell.Misses++;
        else
            Interlocked.Increment(ref _sharedMisses);
    }

    // A cell has one owner for good; pieces that come to the same cell later count together with others, atomically.
    private static bool IsOwn(ref Cell cell, nint piece) =>
        cell.Owner == piece || (cell.Owner == 0 && Interlocked.CompareExchange(ref cell.Owner, piece, 0) == 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining), UnscopedRef]
    private ref Cell OwnOrOther(out nint piece)
    {
        Unsafe.SkipInit(out byte here);
        piece = Unsafe.ByteOffset(ref Unsafe.NullRef<byte>(), ref here) >>> PieceBits;
        // Multiplied, because stacks lie in regular distances; the number is below the length of the cells, and not zero.
        return ref Unsafe.Add(ref Unsafe.As<Cells, Cell>(ref _cells), (nint)(unchecked((uint)piece * 0x9E3779B1) >> (32 - CellBits)) + 1);
    }

    // A cache line, so that threads do not write to each other's.
    [StructLayout(LayoutKind.Sequential, Size = 64)]
    private struct Cell
    {
        public nint Owner;
        public long Hits;
        public long Misses;
    }

    [InlineArray((1 << CellBits) + 1)]
    private struct Cells
    {
        private Cell _first;
    }
}
