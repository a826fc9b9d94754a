using Assay.Reference.Ledger;

namespace Assay.Reference.Tests.Ledger;

/// <summary>
/// A disk in memory. What was written and not flushed survives a crash in part: a piece from its beginning, and what the disk makes of it.
/// Fails at a chosen operation.
/// </summary>
internal sealed class SimulatedDisk(byte[]? content = null, int failAt = int.MaxValue, bool ignoresFlush = false) : IJournalStorage
{
    private byte[] _durable = content ?? [];
    private byte[] _current = content ?? [];

    public int Operations { get; private set; }

    public long Length => _current.Length;

    public byte[] Bytes => _current;

    public ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken)
    {
        // Short reads are legal.
        var count = (int)Math.Min(Math.Min(buffer.Length, 777), _current.Length - offset);
        _current.AsMemory((int)offset, count).CopyTo(buffer);
        return ValueTask.FromResult(count);
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, long offset, CancellationToken cancellationToken)
    {
        var next = new byte[Math.Max(_current.Length, offset + bytes.Length)];
        _current.CopyTo(next, 0);
        bytes.CopyTo(next.AsMemory((int)offset));
        _current = next;
        Step();
        return ValueTask.CompletedTask;
    }

    public void Truncate(long length)
    {
        _current = _current[..(int)length];
        Step();
    }

    public void Flush()
    {
        Step();
        if (!ignoresFlush)
            _durable = _current;
    }

    public void Dispose()
    {
    }

    /// <summary>What is found after the machine stopped now.</summary>
    public byte[] AfterCrash(Random random)
    {
        if (_current.Length <= _durable.Length)
            return random.Next(2) == 0 ? _durable : _current;
        var found = _current[..random.Next(_durable.Length, _current.Length + 1)];
        // The order of pages is the disk's: one in front of the cut may be missing.
        if (found.Length > _durable.Length && random.Next(2) == 0)
            Array.Clear(found, random.Next(_durable.Length, found.Length), 1);
        return found;
    }

    private void Step()
    {
        if (++Operations >= failAt)
            throw new IOException($"operation {Operations} fails");
    }
}
