namespace Assay.Reference.Ledger;

/// <summary>
/// The events of a single writer, in segments that never move: transfers as plain structs, everything else as objects beside them. One
/// thread appends; any number read what has been published.
/// </summary>
internal sealed class EventStore
{
    private const int SegmentBits = 13;
    private const int SegmentLength = 1 << SegmentBits;

    // As long as the largest ledger allowed needs: what time causes adds at most one event to each request.
    private readonly TransferRecord[][] _segments;
    private readonly LedgerEvent?[][] _objects;
    private readonly ChainCache _chain = new();
    private long _count;

    // Up to here events are complete. Written after them and read before them, so that no reader meets half an event.
    private long _published;

    public EventStore(int maxEvents, int expected)
    {
        var segments = (int)((maxEvents * 2L) >> SegmentBits) + 1;
        (_segments, _objects) = (new TransferRecord[segments][], new LedgerEvent?[segments][]);
        for (var i = 0; i <= expected >> SegmentBits && i < segments; i++)
        {
            _segments[i] = new TransferRecord[SegmentLength];
            // Touched now, page by page, so that no transfer pays for it.
            Array.Clear(_segments[i]);
        }
    }

    /// <summary>The events appended, published or not; for the writer.</summary>
    public long Count => _count;

    public RequestKey KeyOf(long sequence) => At(sequence).Key;

    /// <summary>The place of the next event, for the writer to fill.</summary>
    public ref TransferRecord Append()
    {
        var index = _count++;
        var segment = _segments[index >> SegmentBits] ??= new TransferRecord[SegmentLength];
        return ref segment[index & (SegmentLength - 1)];
    }

    public void Append(LedgerEvent recorded)
    {
        ref var record = ref Append();
        record.Key = recorded.Request.Key;
        record.IsObject = true;
        var index = _count - 1;
        (_objects[index >> SegmentBits] ??= new LedgerEvent?[SegmentLength])[index & (SegmentLength - 1)] = recorded;
    }

    public ref readonly TransferRecord At(long sequence) => ref _segments[(sequence - 1) >> SegmentBits][(sequence - 1) & (SegmentLength - 1)];

    public LedgerEvent Read(long sequence)
    {
        ref readonly var record = ref At(sequence);
        return record.IsObject
            ? _objects[(sequence - 1) >> SegmentBits][(sequence - 1) & (SegmentLength - 1)]!
            : record.ToEvent(sequence);
    }

    public void Publish() => Volatile.Write(ref _published, _count);

    public IEnumerable<LedgerEvent> ReadAll(long after, CancellationToken cancellationToken)
    {
        var last = Volatile.Read(ref _published);
        for (var sequence = after + 1; sequence <= last; sequence++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return Read(sequence);
        }
    }

    public ChainHead Head() => _chain.HeadAfter(after => ReadAll(after, CancellationToken.None));
}

/// <summary>A transfer and its outcome in 112 bytes without references.</summary>
internal struct TransferRecord
{
    public RequestKey Key;
    public long AtTicks;
    public long From;
    public long To;
    public Money Amount;
    public long FromBalance;
    public long FromVersion;
    public long ToBalance;
    public long ToVersion;
    public LedgerStatus Status;

    // The event stands beside the segment as an object; only the key here is valid.
    public bool IsObject;

    public readonly LedgerResult ResultOf(long sequence) => new(Status, sequence, FromBalance, ToBalance);

    public readonly bool IsSame(in Transfer transfer) =>
        !IsObject && From == transfer.From && To == transfer.To && Amount == transfer.Amount;

    public readonly LedgerEvent ToEvent(long sequence)
    {
        var posting = new Posting(From, To, Amount);
        return new LedgerEvent(
            sequence,
            new DateTimeOffset(AtTicks, TimeSpan.Zero),
            EventCause.Request,
            new LedgerRequest.Post(Key, [posting]),
            Status,
            Status == LedgerStatus.Done ? [new Leg(0, posting, FromBalance, FromVersion, ToBalance, ToVersion)] : []);
    }
}
