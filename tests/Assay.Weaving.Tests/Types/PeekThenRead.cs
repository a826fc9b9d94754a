// What was seen in the channel is read by another.
public class PeekThenRead
{
    private readonly Channel<string> _channel = Channel.CreateUnbounded<string>();
    public void Put() => _channel.Writer.TryWrite("item");
    public int Take()
    {
        if (!_channel.Reader.TryPeek(out _))
            return 0;
        _channel.Reader.TryRead(out var item);
        return item!.Length;
    }
}

public class PeekThenReadFixed
{
    private readonly Channel<string> _channel = Channel.CreateUnbounded<string>();
    public void Put() => _channel.Writer.TryWrite("item");
    public int Take() => _channel.Reader.TryRead(out var item) ? item.Length : 0;
}
