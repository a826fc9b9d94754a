// Two readers are told of one item.
public class WaitThenRead
{
    private readonly Channel<string> _channel = Channel.CreateBounded<string>(2);
    public void Put() => _channel.Writer.TryWrite("item");
    public async Task<int> Take()
    {
        await _channel.Reader.WaitToReadAsync();
        _channel.Reader.TryRead(out var item);
        return item!.Length;
    }
}

public class WaitThenReadFixed
{
    private readonly Channel<string> _channel = Channel.CreateBounded<string>(2);
    public void Put() => _channel.Writer.TryWrite("item");
    public async Task<int> Take() => (await _channel.Reader.ReadAsync()).Length;
}
