using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Retries;

/// <summary>Recognises calls that wait for a while.</summary>
internal static class Pauses
{
    /// <summary>Whether the call is <c>Task.Delay</c> or <c>Thread.Sleep</c>.</summary>
    public static bool IsPause(this KnownTypes types, IInvocationOperation call) =>
        call.TargetMethod is { Name: "Delay" } delay && delay.ContainingType.Is(types.Task)
        || call.TargetMethod is { Name: "Sleep" } sleep && sleep.ContainingType.Is(types["System.Threading.Thread"]);

    /// <summary>Whether the call may wait, by what it is or by what it is called.</summary>
    public static bool MayPause(IInvocationOperation call)
    {
        var name = call.TargetMethod.Name;
        foreach (var word in new[] { "Delay", "Sleep", "Wait", "Backoff", "BackOff", "Pause", "Throttle", "Spin", "Yield", "Retry" })
        {
            if (name.IndexOf(word, StringComparison.Ordinal) >= 0)
                return true;
        }
        return false;
    }

    /// <summary>How long the pause is: the argument that is a number of milliseconds or a TimeSpan.</summary>
    public static IOperation? LengthOf(IInvocationOperation pause)
    {
        foreach (var argument in pause.Arguments)
        {
            if (argument.Parameter is { Ordinal: 0 })
                return argument.Value.Unwrap();
        }
        return null;
    }

    /// <summary>Whether the pause is as long on every turn: a constant, a constant TimeSpan, a constant kept under a name.</summary>
    public static bool IsConstant(IOperation length) => length.Bare() switch
    {
        { ConstantValue.HasValue: true } => true,
        IFieldReferenceOperation { Field: { IsStatic: true, IsReadOnly: true } } => true,
        IInvocationOperation { TargetMethod: { ContainingType.Name: "TimeSpan", IsStatic: true }, Arguments: var arguments } => arguments.All(a => a.Value.Bare().ConstantValue.HasValue),
        IObjectCreationOperation { Type.Name: "TimeSpan", Arguments: var arguments } => arguments.All(a => a.Value.Bare().ConstantValue.HasValue),
        ILocalReferenceOperation local => LocalWrites.OnlyValue(local) is { } value && value is not ILocalReferenceOperation && IsConstant(value),
        _ => false,
    };

    /// <summary>Whether the pause is a constant so short that it can only be about something on the same machine.</summary>
    public static bool IsLocal(IOperation length) => length.Bare() switch
    {
        { ConstantValue: { HasValue: true, Value: < 100 } } => true,
        IInvocationOperation { TargetMethod.Name: "FromMilliseconds", Arguments: { Length: > 0 } arguments } => arguments.At(0).Value.Bare().ConstantValue is { HasValue: true, Value: < 100 or < 100.0 or < 100L },
        _ => false,
    };

    /// <summary>Whether the pause only gives the processor away.</summary>
    public static bool IsNothing(IOperation length) => length.Bare().ConstantValue is { HasValue: true, Value: 0 or 1 };
}
