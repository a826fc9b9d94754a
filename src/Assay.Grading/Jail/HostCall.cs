using System.Reflection;
using Assay.Jail.Protocol;

namespace Assay.Grading.Jail;

/// <summary>One call of a delegate of the host's by the candidate's code.</summary>
internal sealed class HostCall
{
    private readonly Delegate? _callback;
    private readonly MethodInfo? _invoke;
    private readonly object?[] _arguments = [];

    // Not disposed: the candidate may cancel at any time. Without a timer it holds nothing.
    private readonly CancellationTokenSource _cancellation = new();
    private int _isCancelled;

    /// <summary>Reads the arguments.</summary>
    /// <param name="callback">What is called; null when it is not to be called any more.</param>
    /// <param name="body">The arguments without tokens.</param>
    /// <exception cref="ProtocolException">They are not such arguments.</exception>
    /// <exception cref="EndOfStreamException">There are too few.</exception>
    public HostCall(Delegate? callback, BinaryReader body)
    {
        _callback = callback;
        if (callback is null)
            return;
        _invoke = callback.GetType().GetMethod(nameof(Action.Invoke))!;
        _arguments = Array.ConvertAll(_invoke.GetParameters(), parameter =>
            parameter.ParameterType == typeof(CancellationToken) ? _cancellation.Token : Wire.Read(body, parameter.ParameterType));
        if (body.BaseStream.Position < body.BaseStream.Length)
            throw new ProtocolException("a callback with too many arguments");
    }

    /// <summary>The candidate cancels the token it gave. What is registered on it runs elsewhere, once.</summary>
    public void Cancel()
    {
        if (Interlocked.Exchange(ref _isCancelled, 1) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(static source => source.Cancel(), _cancellation, preferLocal: false);
    }

    /// <summary>Calls the delegate.</summary>
    /// <param name="returned">Is called once, when the delegate has returned or thrown.</param>
    /// <returns>The answer for the jail; it never fails.</returns>
    public async Task<(FrameKind Kind, byte[] Body)> AnswerAsync(Action returned)
    {
        var body = new MemoryStream();
        var writer = new BinaryWriter(body);
        try
        {
            var (type, value) = await CallAsync(returned).ConfigureAwait(false);
            if (type != typeof(void))
                Wire.Write(writer, type, value);
            return (FrameKind.CallbackValue, body.ToArray());
        }
        // The host's delegate throws on purpose: how the candidate's code bears it is what the check is about.
        catch (Exception e)
        {
            body.SetLength(0);
            writer.Write((e is TaskCanceledException ? typeof(OperationCanceledException) : e.GetType()).FullName!);
            writer.Write(e.Message);
            return (FrameKind.CallbackThrew, body.ToArray());
        }
    }

    private async Task<(Type Type, object? Value)> CallAsync(Action returned)
    {
        Type declared;
        object? value;
        try
        {
            if (_callback is null)
                throw new InvalidOperationException("The check that gave this delegate is over.");
            declared = _invoke!.ReturnType;
            value = _invoke.Invoke(_callback, BindingFlags.DoNotWrapExceptions, null, _arguments, null);
        }
        finally
        {
            returned();
        }

        if (ContractMethods.IsAwaited(declared))
            value = await Tasks.Of(declared, value ?? throw new InvalidOperationException("The delegate gave no task.")).ConfigureAwait(false);
        return (ContractMethods.ResultOf(declared), value);
    }
}
