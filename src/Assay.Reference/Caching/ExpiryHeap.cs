namespace Assay.Reference.Caching;

/// <summary>
/// Slots by due time: a binary heap that knows where each slot stands, so that any can be moved or taken out in O(log n). The first is
/// exact, which a timing wheel's is not. Not safe for concurrent use.
/// </summary>
internal sealed class ExpiryHeap
{
    private const int Absent = 0;

    private (long Due, int Slot)[] _heap = new (long, int)[16];

    // Position plus one by slot, zero for slots that are not in the heap.
    private int[] _positions = new int[16];
    private int _count;

    public int Count => _count;

    public bool TryPeek(out int slot, out long due)
    {
        (due, slot) = _count > 0 ? _heap[0] : (0, 0);
        return _count > 0;
    }

    /// <summary>Adds the slot or moves it to another due time.</summary>
    public void Set(int slot, long due)
    {
        if (slot >= _positions.Length)
            Array.Resize(ref _positions, Math.Max(slot + 1, _positions.Length * 2));
        var position = _positions[slot] - 1;
        if (_positions[slot] == Absent)
        {
            if (_count == _heap.Length)
                Array.Resize(ref _heap, _heap.Length * 2);
            position = _count++;
        }

        Settle(position, (due, slot));
    }

    public void Remove(int slot)
    {
        if (slot >= _positions.Length || _positions[slot] == Absent)
            return;
        var position = _positions[slot] - 1;
        _positions[slot] = Absent;
        var last = _heap[--_count];
        if (position < _count)
            Settle(position, last);
    }

    public void Clear()
    {
        Array.Clear(_positions);
        _count = 0;
    }

    // The item may belong above the position or below it; at most one of the two loops moves it.
    private void Settle(int position, (long Due, int Slot) item)
    {
        while (position > 0 && _heap[(position - 1) / 2].Due > item.Due)
        {
            Place(position, _heap[(position - 1) / 2]);
            position = (position - 1) / 2;
        }

        for (var child = SmallerChild(position); child < _count && _heap[child].Due < item.Due; child = SmallerChild(position))
        {
            Place(position, _heap[child]);
            position = child;
        }

        Place(position, item);
    }

    private int SmallerChild(int position)
    {
        var left = (position * 2) + 1;
        return left + 1 < _count && _heap[left + 1].Due < _heap[left].Due ? left + 1 : left;
    }

    private void Place(int position, (long Due, int Slot) item)
    {
        _heap[position] = item;
        _positions[item.Slot] = position + 1;
    }
}
