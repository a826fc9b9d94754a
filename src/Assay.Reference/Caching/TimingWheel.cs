using System.Diagnostics;
using System.Numerics;

namespace Assay.Reference.Caching;

/// <summary>
/// Slots by due time: a hierarchy of timing wheels (Varghese and Lauck 1987, scheme 7), exact to the unit. A slot is set, moved and taken
/// out in O(1), and touched at most once a wheel before it is due. Not safe for concurrent use.
/// </summary>
/// <remarks>
/// Each wheel has 64 lists and turns 64 times while the next moves on by one. A slot stands in the wheel of the highest digit, to the base
/// of 64, in which its due time differs from the present, in the list of that digit; when the present comes to this list, its slots move to
/// lower wheels. The digits above are those of the present, so a wheel never holds slots of two turns, and the first list in use of the
/// lowest wheel in use is the earliest.
/// </remarks>
internal sealed class TimingWheel
{
    private const int DigitBits = 6;
    private const int Lists = 1 << DigitBits;
    private const int Wheels = (63 + DigitBits - 1) / DigitBits;

    // The list of what is due already, after those of the wheels.
    private const int DueList = Wheels * Lists;

    // The first of each list, plus one.
    private readonly int[] _first = new int[DueList + 1];

    // By wheel, a bit for each list that is not empty.
    private readonly ulong[] _used = new ulong[Wheels];
    private Node[] _nodes = [];

    // What the digits are compared with. At most the latest present that was told, and never beyond a list in use.
    private long _now;

    // Nothing is due before, and no list begins. Every store of a cache asks, and hardly any finds something: one comparison for those.
    private long _wake = long.MaxValue;

    public int Count { get; private set; }

    /// <summary>Adds the slot or moves it to another due time, not negative.</summary>
    public void Set(int slot, long due)
    {
        Debug.Assert(due >= 0);
        if (slot >= _nodes.Length)
            Array.Resize(ref _nodes, Math.Max(Math.Max(16, slot + 1), _nodes.Length * 2));
        if (_nodes[slot].IsListed)
            Unlink(slot);
        else
            Count++;
        Link(slot, due);
    }

    public void Remove(int slot)
    {
        if (slot >= _nodes.Length || !_nodes[slot].IsListed)
            return;
        Unlink(slot);
        Count--;
    }

    /// <summary>Takes out a slot that is due; earlier ones first. The present never goes back.</summary>
    public bool TryTakeDue(long now, out int slot)
    {
        slot = -1;
        if (now < _wake)
            return false;
        while (_first[DueList] == 0 && TurnTo(now))
        {
        }

        slot = _first[DueList] - 1;
        if (slot < 0)
            return false;
        Remove(slot);
        return true;
    }

    // Moves on to the first list in use if its time has come, and sorts it into lower wheels. False when nothing more is due.
    private bool TurnTo(long now)
    {
        var wheel = 0;
        while (wheel < Wheels && _used[wheel] == 0)
            wheel++;
        var shift = wheel * DigitBits;
        // Above the present's digit, all of them, so that the lowest bit is the earliest.
        var digit = wheel < Wheels ? BitOperations.TrailingZeroCount(_used[wheel]) : 0;
        var start = wheel < Wheels ? WithDigit(_now, shift, digit) : long.MaxValue;
        if (start > now)
        {
            // No list in use begins before: every slot stays in its place, seen from there.
            (_now, _wake) = (Math.Max(_now, now), start);
            return false;
        }

        _now = start;
        var list = (wheel << DigitBits) + digit;
        // Taken off one by one: each goes to a lower wheel or is due.
        while (_first[list] > 0)
        {
            var slot = _first[list] - 1;
            Unlink(slot);
            Link(slot, _nodes[slot].Due);
        }

        return true;
    }

    private static long WithDigit(long instant, int shift, int digit)
    {
        // The highest wheel has fewer digits above it than a shift could clear.
        var above = shift + DigitBits > 62 ? 0 : instant >> (shift + DigitBits) << (shift + DigitBits);
        return above | ((long)digit << shift);
    }

    private int ListOf(long due)
    {
        if (due <= _now)
            return DueList;
        var wheel = BitOperations.Log2((ulong)(due ^ _now)) / DigitBits;
        return (wheel << DigitBits) + (int)((due >> (wheel * DigitBits)) & (Lists - 1));
    }

    private void Link(int slot, long due)
    {
        _wake = Math.Min(_wake, due);
        var list = ListOf(due);
        var first = _first[list];
        _nodes[slot] = new Node(due, first, -(list + 1));
        if (first > 0)
            _nodes[first - 1].Previous = slot + 1;
        else if (list < DueList)
            _used[list >> DigitBits] |= 1UL << (list & (Lists - 1));
        _first[list] = slot + 1;
    }

    private void Unlink(int slot)
    {
        ref var node = ref _nodes[slot];
        if (node.Next > 0)
            _nodes[node.Next - 1].Previous = node.Previous;
        if (node.Previous > 0)
        {
            _nodes[node.Previous - 1].Next = node.Next;
        }
        else
        {
            var list = -node.Previous - 1;
            _first[list] = node.Next;
            if (node.Next == 0 && list < DueList)
                _used[list >> DigitBits] &= ~(1UL << (list & (Lists - 1)));
        }

        node.Previous = 0;
    }

    /// <summary>
    /// A place in a list: the next slot plus one, zero at the end; the previous slot plus one, of the first minus the number of the list minus
    /// one, and zero in no list.
    /// </summary>
    private record struct Node(long Due, int Next, int Previous)
    {
        public readonly bool IsListed => Previous != 0;
    }
}
