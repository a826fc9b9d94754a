using System.Collections.Concurrent;
using Assay.Jail.Protocol;

namespace Assay.Grading.Jail;

/// <summary>Delegates and tokens that went into the jail with a call: what the candidate does with them comes back here.</summary>
internal sealed class HostCrossing : IDisposable
{
    private readonly JailProcess _process;

    // By the delegate, so that one that is given many times has one number; and by the number.
    private readonly ConcurrentDictionary<Delegate, long> _numbers = new();
    private readonly ConcurrentDictionary<long, Delegate> _delegates = new();
    private readonly ConcurrentDictionary<long, HostCall> _calls = new();
    private readonly ConcurrentQueue<CancellationTokenRegistration> _registrations = new();
    private long _last;

    public HostCrossing(JailProcess process)
    {
        _process = process;
        process.Callback = Accept;
        process.CallbackCancelled = number =>
        {
            if (_calls.TryGetValue(number, out var call))
                call.Cancel();
        };
    }

    /// <summary>Writes an argument by its declared type.</summary>
    public void Write(BinaryWriter writer, Type type, object? value)
    {
        if (type == typeof(CancellationToken))
            writer.Write(Token((CancellationToken)(value ?? default(CancellationToken))));
        else if (type.IsSubclassOf(typeof(Delegate)))
            writer.Write(Register((Delegate?)value));
        else
            Wire.Write(writer, type, value);
    }

    /// <summary>A new check begins: what was given in the last one is not called any more, however long the candidate's threads live on.</summary>
    public void Forget()
    {
        _process.OpenCallbacks.Restart();
        _numbers.Clear();
        _delegates.Clear();
        while (_registrations.TryDequeue(out var registration))
            registration.Unregister();
    }

    public void Dispose() => Forget();

    private long Register(Delegate? callback)
    {
        if (callback is null)
            return 0;
        if (ReferenceEquals(callback, Exercises.Scripts.ThrowsAtOnce))
            return GivenDelegate.ThrowsAtOnce;
        var number = _numbers.GetOrAdd(callback, _ => Interlocked.Increment(ref _last));
        _delegates[number] = callback;
        return number;
    }

    private long Token(CancellationToken token)
    {
        if (!token.CanBeCanceled)
            return 0;
        var number = Interlocked.Increment(ref _last);
        _registrations.Enqueue(token.UnsafeRegister(_ => Tell(FrameKind.Cancel, number, []), null));
        return number;
    }

    // On the thread that reads frames: it must neither wait nor run a delegate.
    private JailEnd? Accept(Frame frame)
    {
        if (_process.OpenCallbacks.Begin(frame) is { } end)
            return end;
        var body = new BinaryReader(new MemoryStream(frame.Body));
        var number = body.ReadInt64();
        if (number < 1 || number > Interlocked.Read(ref _last))
            return new JailEnd("TAMPER", "a callback that was never given");
        // One that an earlier check gave is answered as one that threw.
        var call = new HostCall(_delegates.GetValueOrDefault(number), body);
        if (!_calls.TryAdd(frame.Number, call))
            return new JailEnd("TAMPER", "two callbacks of one number");
        ThreadPool.UnsafeQueueUserWorkItem(static work => _ = work.Self.ServeAsync(work.Frame, work.Call), (Self: this, Frame: frame, Call: call), preferLocal: false);
        return null;
    }

    private async Task ServeAsync(Frame frame, HostCall call)
    {
        OpenCallbacks.Enter();
        var (kind, body) = await call.AnswerAsync(_process.OpenCallbacks.Returned).ConfigureAwait(false);
        _calls.TryRemove(frame.Number, out _);
        _process.OpenCallbacks.End(frame);
        Tell(kind, frame.Number, body);
    }

    private void Tell(FrameKind kind, long number, byte[] body)
    {
        try
        {
            _process.Tell(kind, number, body);
        }
        catch (JailEndedException)
        {
            // Whoever waits for the call learns it there.
        }
    }
}
