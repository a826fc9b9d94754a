namespace Assay.Reference.Caching;

/// <summary>
/// Two queues, first in, first out: newcomers wait in a small one for a second request, and what has proved itself stays in the main
/// one for as long as it is asked for. S3-FIFO (Yang et al., SOSP 2023), whose last word on who may pass from one to the other is a
/// frequency sketch's (TinyLFU), and whose small queue grows or shrinks with the hit rate.
/// </summary>
internal sealed class SmallMainPolicy : IEvictionPolicy
{
    private const int SmallestMemory = 64;

    private readonly LruOrder _small = new();
    private readonly LruOrder _main = new();
    private readonly QueueShare _share;
    private readonly long _capacity;
    private ISlotMarks _marks = null!;

    // By slot; of the entries in use.
    private Record[] _records = new Record[SmallestMemory];

    // What is known of entries that are not here. Both grow with the number of entries there were at once, not with the capacity.
    private FrequencySketch _sketch = new(SmallestMemory);
    private GhostTable _ghosts = new(SmallestMemory);

    private long _smallWeight;
    private long _mainWeight;
    private int _count;

    /// <param name="capacity">The most weight.</param>
    public SmallMainPolicy(long capacity) => (_capacity, _share) = (capacity, new QueueShare(() => Hits?.Invoke() ?? 0));

    /// <summary>Counts the hits so far. Set once, before there are any.</summary>
    public Func<long>? Hits { get; set; }

    private long SmallTarget => Math.Max(1, (long)(_capacity * _share.Value));

    public void Attach(ISlotMarks marks) => _marks = marks;

    public void Added(int slot, uint hash, long weight)
    {
        if (slot >= _records.Length)
            Grow(slot);
        _sketch.Add(hash, 1);
        _records[slot] = new Record(hash, weight, false);
        _count++;
        // Evicted a moment ago: it had its trial.
        var isProven = _ghosts.Contains(hash) && Candidate(except: slot) is var rival && (rival < 0 || IsMoreFrequent(hash, rival));
        Enqueue(slot, isProven);
        _share.Missed(_count);
    }

    public void Used(int slot)
    {
        var mark = _marks.MarkOf(slot);
        if (mark < ISlotMarks.Highest)
            _marks.SetMark(slot, mark + 1);
    }

    public void Replaced(int slot, long weight)
    {
        ref var record = ref _records[slot];
        WeightOf(record.IsMain) += weight - record.Weight;
        record.Weight = weight;
        Used(slot);
    }

    public void Removed(int slot)
    {
        Dequeue(slot);
        _count--;
    }

    // Every turn evicts, or takes an entry out of the small queue for good, or a mark from one in the main queue: it ends.
    public int Victim(int except)
    {
        while (_smallWeight >= SmallTarget || _mainWeight == 0)
        {
            var oldest = _small.Oldest;
            var mark = _marks.MarkOf(oldest);
            // While the main queue has room, whoever comes fills it.
            if (mark > 0 || oldest == except || _mainWeight < _capacity - SmallTarget)
            {
                _sketch.Add(_records[oldest].Hash, mark);
                Promote(oldest);
                continue;
            }

            var rival = Candidate(except);
            if (rival < 0 || !IsMoreFrequent(_records[oldest].Hash, rival))
                return Evict(oldest);
            Promote(oldest);
            return Evict(rival);
        }

        var next = Candidate(except);
        return Evict(next >= 0 ? next : _small.Oldest);
    }

    /// <summary>The entry of the main queue that would go next; -1 if there is none.</summary>
    private int Candidate(int except)
    {
        // Once around takes a mark from each; after so many rounds there is one without, or there is none but the one excepted.
        for (var turns = (_count + 1) * (ISlotMarks.Highest + 1); turns > 0 && _main.Oldest is var oldest && oldest >= 0; turns--)
        {
            var mark = _marks.MarkOf(oldest);
            if (mark == 0 && oldest != except)
                return oldest;
            if (mark > 0)
            {
                _sketch.Add(_records[oldest].Hash, 1);
                _marks.SetMark(oldest, mark - 1);
            }

            _main.Touch(oldest);
        }

        return -1;
    }

    private bool IsMoreFrequent(uint hash, int rival) => _sketch.Estimate(hash) > _sketch.Estimate(_records[rival].Hash);

    private int Evict(int slot)
    {
        _ghosts.Add(_records[slot].Hash);
        return slot;
    }

    private void Promote(int slot)
    {
        Dequeue(slot);
        _marks.SetMark(slot, 0);
        Enqueue(slot, isMain: true);
    }

    private void Enqueue(int slot, bool isMain)
    {
        ref var record = ref _records[slot];
        record.IsMain = isMain;
        QueueOf(isMain).Add(slot);
        WeightOf(isMain) += record.Weight;
    }

    private void Dequeue(int slot)
    {
        ref var record = ref _records[slot];
        QueueOf(record.IsMain).Remove(slot);
        WeightOf(record.IsMain) -= record.Weight;
    }

    private LruOrder QueueOf(bool isMain) => isMain ? _main : _small;

    private ref long WeightOf(bool isMain) => ref isMain ? ref _mainWeight : ref _smallWeight;

    // What was learnt while the cache filled is little and is forgotten.
    private void Grow(int slot)
    {
        Array.Resize(ref _records, Math.Max(slot + 1, _records.Length * 2));
        _sketch = new FrequencySketch(_records.Length);
        _ghosts = new GhostTable(_records.Length);
    }

    private record struct Record(uint Hash, long Weight, bool IsMain);
}
