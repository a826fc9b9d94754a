using System.Reflection;
using Assay.Jail.Protocol;

namespace Assay.Grading.Jail;

/// <summary>An instance of the contract on the host whose every call is made in the jail.</summary>
public class ContractProxy : DispatchProxy
{
    private JailSession? _session;
    private MethodInfo[] _methods = [];

    /// <summary>The instance's number in the jail.</summary>
    internal int Number { get; private set; }

    internal void Bind(JailSession session, Type contract, int number)
    {
        _session = session;
        _methods = ContractMethods.Of(contract);
        Number = number;
    }

    /// <summary>Writes a call of a method of this instance.</summary>
    internal void WriteCall(BinaryWriter writer, MethodInfo method, IReadOnlyList<object?> arguments)
    {
        writer.Write(Number);
        writer.Write(Array.IndexOf(_methods, method));
        var parameters = method.GetParameters();
        for (var i = 0; i < parameters.Length; i++)
            _session!.Crossing.Write(writer, parameters[i].ParameterType, arguments[i]);
    }

    /// <inheritdoc />
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var returned = targetMethod!.ReturnType;
        var type = ContractMethods.ResultOf(returned);
        if (ContractMethods.IsAwaited(returned))
            return Tasks.As(returned, InvokeAsync(targetMethod, args ?? [], type));
        return Received.Answer(_session!.Ask(JailSession.Invoking, writer => WriteCall(writer, targetMethod, args ?? [])), type);
    }

    private async Task<object?> InvokeAsync(MethodInfo method, object?[] arguments, Type type) =>
        Received.Answer(await _session!.AskAsync(JailSession.Invoking, writer => WriteCall(writer, method, arguments)).ConfigureAwait(false), type);
}
