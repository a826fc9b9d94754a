using System.Collections.Concurrent;
using Assay.Jail.Protocol;

namespace Assay.Jail;

/// <summary>What crosses with a call besides values: delegates of the host's, called from here, and tokens that the host cancels.</summary>
internal sealed class Crossing(FrameStream frames)
{
    private readonly ConcurrentDictionary<long, CancellationTokenSource> _tokens = new();
    private readonly ConcurrentDictionary<long, Delegate> _delegates = new();
    private readonly ConcurrentDictionary<long, TaskCompletionSource<Frame>> _waiting = new();
    private long _callbacks;

    /// <summary>Reads an argument: a value, a token or a delegate, by its declared type.</summary>
    public object? ReadArgument(BinaryReader body, Type type)
    {
        if (type == typeof(CancellationToken))
            return Token(body.ReadInt64());
        return type.IsSubclassOf(typeof(Delegate)) ? Delegate(type, body.ReadInt64()) : Wire.Read(body, type);
    }

    /// <summary>The host's token is cancelled.</summary>
    public void Cancel(long number)
    {
        var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        // Nobody has a token that has not been read yet, so it arrives cancelled.
        if (_tokens.GetOrAdd(number, cancelled) is var source && source != cancelled)
            // On the pool, because what was registered on it is the candidate's code.
            ThreadPool.UnsafeQueueUserWorkItem(static state => ((CancellationTokenSource)state!).Cancel(), source);
    }

    /// <summary>A new world begins: what was given to the last one is not given again. The host refuses callbacks of it.</summary>
    public void Forget()
    {
        _tokens.Clear();
        _delegates.Clear();
    }

    /// <summary>The host answers a callback.</summary>
    public void Answer(Frame frame)
    {
        if (_waiting.TryRemove(frame.Number, out var waiting))
            waiting.TrySetResult(frame);
    }

    /// <summary>Calls a delegate of the host's.</summary>
    /// <returns>Ends with what the host's delegate gave.</returns>
    public async Task<object?> CallBack(long callback, Type[] types, object?[] arguments, Type result)
    {
        var number = Interlocked.Increment(ref _callbacks);
        var answered = new TaskCompletionSource<Frame>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[number] = answered;
        var body = new MemoryStream();
        var writer = new BinaryWriter(body);
        writer.Write(callback);
        CancellationToken token = default;
        for (var i = 0; i < types.Length; i++)
        {
            if (types[i] == typeof(CancellationToken))
                token = (CancellationToken)arguments[i]!;
            else
                Wire.Write(writer, types[i], arguments[i]);
        }

        frames.Send(FrameKind.Callback, number, body.ToArray());
        await using var registered = token.UnsafeRegister(_ => frames.Send(FrameKind.CallbackCancelled, number, []), null).ConfigureAwait(false);
        var frame = await answered.Task.ConfigureAwait(false);
        var reader = new BinaryReader(new MemoryStream(frame.Body));
        if (frame.Kind is FrameKind.CallbackThrew)
            throw HostException(reader.ReadString(), reader.ReadString(), token);
        return result == typeof(void) ? null : Wire.Read(reader, result);
    }

    private CancellationToken Token(long number) =>
        number == 0 ? CancellationToken.None : _tokens.GetOrAdd(number, _ => new CancellationTokenSource()).Token;

    private Delegate? Delegate(Type type, long number) =>
        number == 0 ? null
        : number == GivenDelegate.ThrowsAtOnce ? (Func<string, CancellationToken, Task<string>>)(static (_, _) => throw new InvalidOperationException(GivenDelegate.Message))
        : _delegates.GetOrAdd(number, _ => HostDelegate.Create(type, this, number));

    private static Exception HostException(string typeName, string message, CancellationToken token) => typeName switch
    {
        "System.OperationCanceledException" => new OperationCanceledException(message, token),
        "System.TimeoutException" => new TimeoutException(message),
        "System.IO.IOException" => new IOException(message),
        _ => new InvalidOperationException(message),
    };
}
