// Two long fields belong together and are set one after the other.
public class FlagPair
{
    private long _start, _end;
    public void Move(long to) { _start = to; _end = to + 10; }
    public long Length => Volatile.Read(ref _end) - Volatile.Read(ref _start);
}

public class FlagPairFixed
{
    private sealed record Range(long Start, long End);
    private volatile Range _range = new(0, 10);
    public void Move(long to) => _range = new Range(to, to + 10);
    public long Length { get { var range = _range; return range.End - range.Start; } }
}
