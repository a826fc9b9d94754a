using System.Collections.Concurrent;
using System.Reflection;
using Assay.Jail.Protocol;

namespace Assay.Grading.Jail;

/// <summary>Delegates and tokens that went into the jail with a call: what the candidate does with them comes back here.</summary>
internal sealed class HostCrossing : IDisposable
{
    private readonly JailProcess _process;
    private readonly ConcurrentDictionary<long, Delegate> _delegates = new();
    private readonly ConcurrentDictionary<long, CancellationTokenSource> _callbacks = new();
    private readonly ConcurrentBag<CancellationTokenRegistration> _registrations = [];
    private long _numbers;

    public HostCrossing(JailProcess process)
    {
        _process = process;
        process.Callback = frame => ThreadPool.UnsafeQueueUserWorkItem(static pair => _ = pair.Self.ServeAsync(pair.Frame), (Self: this, Frame: frame), preferLocal: false);
        process.CallbackCancelled = number =>
        {
            if (_callbacks.TryGetValue(number, out var source))
                ThreadPool.UnsafeQueueUserWorkItem(static cancelled => Cancel(cancelled), source, preferLocal: false);
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

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Unregister();
    }

    private long Register(Delegate? callback)
    {
        if (callback is null)
            return 0;
        var number = Interlocked.Increment(ref _numbers);
        _delegates[number] = callback;
        return number;
    }

    private long Token(CancellationToken token)
    {
        if (!token.CanBeCanceled)
            return 0;
        var number = Interlocked.Increment(ref _numbers);
        _registrations.Add(token.UnsafeRegister(_ => TellCancelled(number), null));
        return number;
    }

    private void TellCancelled(long number)
    {
        try
        {
            _process.Tell(FrameKind.Cancel, number, []);
        }
        catch (JailEndedException)
        {
            // Whoever waits for the call learns it there.
        }
    }

    private async Task ServeAsync(Frame frame)
    {
        var body = new MemoryStream();
        var kind = FrameKind.CallbackValue;
        using var cancellation = new CancellationTokenSource();
        _callbacks[frame.Number] = cancellation;
        try
        {
            await CallAsync(new BinaryReader(new MemoryStream(frame.Body)), new BinaryWriter(body), cancellation.Token).ConfigureAwait(false);
        }
        // The host's delegate throws on purpose: how the candidate's code bears it is what the check is about.
        catch (Exception e)
        {
            body.SetLength(0);
            var writer = new BinaryWriter(body);
            writer.Write((e is TaskCanceledException ? typeof(OperationCanceledException) : e.GetType()).FullName!);
            writer.Write(e.Message);
            kind = FrameKind.CallbackThrew;
        }

        _callbacks.TryRemove(frame.Number, out _);
        try
        {
            _process.Tell(kind, frame.Number, body.ToArray());
        }
        catch (JailEndedException)
        {
            // Whoever waits for the call learns it there.
        }
    }

    private async Task CallAsync(BinaryReader reader, BinaryWriter answer, CancellationToken cancellationToken)
    {
        if (!_delegates.TryGetValue(reader.ReadInt64(), out var callback))
            throw new ProtocolException("a callback that was never given");
        var invoke = callback.GetType().GetMethod(nameof(Action.Invoke))!;
        var arguments = Array.ConvertAll(invoke.GetParameters(), parameter =>
            parameter.ParameterType == typeof(CancellationToken) ? cancellationToken : Wire.Read(reader, parameter.ParameterType));
        var returned = invoke.Invoke(callback, BindingFlags.DoNotWrapExceptions, null, arguments, null);
        var type = ContractMethods.ResultOf(invoke.ReturnType);
        if (ContractMethods.IsAwaited(invoke.ReturnType))
            returned = await Tasks.Of(invoke.ReturnType, returned!).ConfigureAwait(false);
        if (type != typeof(void))
            Wire.Write(answer, type, returned);
    }

    private static void Cancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The callback ended at the same moment.
        }
    }
}
