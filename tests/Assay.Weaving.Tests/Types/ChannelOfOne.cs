// A reader that asked for the count takes what may be gone.
public class ChannelOfOne
{
    private readonly ConcurrentQueue<int> _items = new([1]);
    public int Take()
    {
        if (_items.IsEmpty)
            return 0;
        _items.TryDequeue(out var item);
        return item == 0 ? -1 : item;
    }
}

public class ChannelOfOneFixed
{
    private readonly Channel<int> _items = Make();
    private static Channel<int> Make() { var channel = Channel.CreateUnbounded<int>(); channel.Writer.TryWrite(1); return channel; }
    public int Take() => _items.Reader.TryRead(out var item) ? item : 0;
}
