using System.Runtime.InteropServices;

namespace Assay.Reference.Ledger;

/// <summary>
/// A bounded queue of many producers and one consumer at a time, without locks (Vyukov's bounded queue): each place carries a turn that says
/// whose it is.
/// </summary>
internal sealed class SubmissionRing
{
    private readonly Place[] _places;
    private readonly int _mask;
    private Padded _tail;
    private Padded _head;

    /// <summary>Creates it empty.</summary>
    /// <param name="capacity">A power of two.</param>
    public SubmissionRing(int capacity)
    {
        _places = new Place[capacity];
        _mask = capacity - 1;
        for (var i = 0; i < capacity; i++)
            _places[i].Turn = i;
    }

    /// <summary>Whether the next place is empty: nothing has been added that was not taken.</summary>
    public bool IsEmpty
    {
        get
        {
            var head = Volatile.Read(ref _head.Value);
            return Volatile.Read(ref _places[(int)head & _mask].Turn) != head + 1;
        }
    }

    /// <summary>Adds one; false when the ring is full.</summary>
    public bool TryAdd(Submission submission)
    {
        var tail = Volatile.Read(ref _tail.Value);
        while (true)
        {
            ref var place = ref _places[(int)tail & _mask];
            var lead = Volatile.Read(ref place.Turn) - tail;
            // The place still holds what was added one round earlier.
            if (lead < 0)
                return false;
            var seen = lead == 0 ? Interlocked.CompareExchange(ref _tail.Value, tail + 1, tail) : Volatile.Read(ref _tail.Value);
            if (lead == 0 && seen == tail)
            {
                place.Item = submission;
                // After the item: whoever sees the turn sees the item.
                Volatile.Write(ref place.Turn, tail + 1);
                return true;
            }

            tail = seen;
        }
    }

    /// <summary>Takes the oldest; null when there is none, or its producer is not done adding it. For one thread at a time.</summary>
    public Submission? Take()
    {
        var head = _head.Value;
        ref var place = ref _places[(int)head & _mask];
        if (Volatile.Read(ref place.Turn) != head + 1)
            return null;
        var item = place.Item;
        place.Item = null;
        Volatile.Write(ref place.Turn, head + _mask + 1);
        Volatile.Write(ref _head.Value, head + 1);
        return item;
    }

    private struct Place
    {
        // Equal to the position when free for the producer of that position, one more when filled for the consumer.
        public long Turn;
        public Submission? Item;
    }

    // On a cache line of its own: producers write the tail, the consumer the head.
    [StructLayout(LayoutKind.Explicit, Size = 192)]
    private struct Padded
    {
        [FieldOffset(64)]
        public long Value;
    }
}
