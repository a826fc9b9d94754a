using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Assay.Verify.Exploration;

namespace Assay.Weaving.Models;

/// <summary>
/// Channels: made so that what waits for them completes where it is written, and not on the pool. What awaits it is a lane of its own, so none runs inline.
/// </summary>
[Models(typeof(Channel))]
public static class ChannelModel
{
    public static Channel<T> CreateUnbounded<T>(int site) => CreateUnbounded<T>(new UnboundedChannelOptions(), site);

    public static Channel<T> CreateUnbounded<T>(UnboundedChannelOptions options, int site)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.AllowSynchronousContinuations |= Arena.Current is not null;
        return Channel.CreateUnbounded<T>(options);
    }

    public static Channel<T> CreateBounded<T>(int capacity, int site) => CreateBounded<T>(new BoundedChannelOptions(capacity), site);

    public static Channel<T> CreateBounded<T>(BoundedChannelOptions options, int site) => CreateBounded<T>(options, null, site);

    public static Channel<T> CreateBounded<T>(BoundedChannelOptions options, Action<T>? dropped, int site)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.AllowSynchronousContinuations |= Arena.Current is not null;
        return Channel.CreateBounded(options, dropped);
    }

    public static Channel<T> CreateUnboundedPrioritized<T>(int site) => CreateUnboundedPrioritized(new UnboundedPrioritizedChannelOptions<T>(), site);

    public static Channel<T> CreateUnboundedPrioritized<T>(UnboundedPrioritizedChannelOptions<T> options, int site)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.AllowSynchronousContinuations |= Arena.Current is not null;
        return Channel.CreateUnboundedPrioritized(options);
    }
}

/// <summary>Reading a channel to its end: between one item and the next others may come.</summary>
[Models(typeof(ChannelReader<>))]
public static class ChannelReaderModel
{
    public static IAsyncEnumerable<T> ReadAllAsync<T>(ChannelReader<T> reader, CancellationToken cancellationToken, int site)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return Arena.Current is null ? reader.ReadAllAsync(cancellationToken) : ReadAsLane(reader, site, cancellationToken);
    }

    private static async IAsyncEnumerable<T> ReadAsLane<T>(ChannelReader<T> reader, int site, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            Hooks.Step(reader, site);
            if (!await new LaneAwaitable(reader.WaitToReadAsync(cancellationToken).GetAwaiter(), site))
                break;
            Hooks.Step(reader, site);
            while (reader.TryRead(out var item))
            {
                yield return item;
                Hooks.Step(reader, site);
            }
        }
    }
}

/// <summary>Lets a model's own asynchronous code wait as woven code does.</summary>
internal readonly struct LaneAwaitable(ValueTaskAwaiter<bool> awaiter, int site) : ICriticalNotifyCompletion
{
    public bool IsCompleted => awaiter.IsCompleted;

    public LaneAwaitable GetAwaiter() => this;

    public bool GetResult() => awaiter.GetResult();

    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    public void UnsafeOnCompleted(Action continuation)
    {
        if (Arena.Current is { } lane)
            new ControlledAwaiter<ValueTaskAwaiter<bool>>(awaiter, lane, site).UnsafeOnCompleted(continuation);
        else
            awaiter.UnsafeOnCompleted(continuation);
    }
}
