using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Time;

internal enum WaitKind
{
    /// <summary>Another overload takes the TimeProvider: Task.Delay, WaitAsync, PeriodicTimer, CancellationTokenSource(delay).</summary>
    Overload,

    /// <summary>A Timer, which TimeProvider.CreateTimer replaces.</summary>
    Timer,

    /// <summary>CancelAfter on a source that was created without a TimeProvider.</summary>
    CancelAfter,
}

/// <param name="Name">How the wait is written, such as Task.Delay.</param>
/// <param name="Creation">Of CancelAfter, the creation of its source; null when the source is linked to others.</param>
internal sealed record ClockedWait(WaitKind Kind, string Name, IOperation? Creation);

/// <summary>Recognises the waits of .NET that take a TimeProvider and were not given one.</summary>
internal sealed class ClockedWaits(KnownTypes types)
{
    private readonly INamedTypeSymbol? _source = types["System.Threading.CancellationTokenSource"];
    private readonly INamedTypeSymbol? _timer = types["System.Threading.Timer"];
    private readonly INamedTypeSymbol? _periodicTimer = types["System.Threading.PeriodicTimer"];

    public ClockedWait? WaitAt(IOperation operation, CancellationToken cancellationToken) => operation switch
    {
        IInvocationOperation call => OfCall(call, cancellationToken),
        IObjectCreationOperation { Constructor: { Parameters.IsEmpty: false } constructor } creation => OfCreation(creation, constructor),
        _ => null,
    };

    private ClockedWait? OfCall(IInvocationOperation call, CancellationToken cancellationToken)
    {
        var method = call.TargetMethod;
        switch (method.Name)
        {
            case "Delay" when method.IsStatic && method.ContainingType.Is(types.Task):
                return IsReplaceable(method) && !IsEndlessOrNothing(call.Arguments) ? new ClockedWait(WaitKind.Overload, "Task.Delay", null) : null;
            case "WaitAsync" when method.ContainingType.IsOrInherits(types.Task) && HasDuration(method):
                return IsReplaceable(method) && !IsEndlessOrNothing(call.Arguments) ? new ClockedWait(WaitKind.Overload, "WaitAsync", null) : null;
            case "CancelAfter" when method.ContainingType.Is(_source) && _source is not null && TakesProvider(_source.InstanceConstructors):
                return IsEndlessOrNothing(call.Arguments) ? null : OfCancelAfter(call, cancellationToken);
            default:
                return null;
        }
    }

    private ClockedWait? OfCreation(IObjectCreationOperation creation, IMethodSymbol constructor)
    {
        var type = constructor.ContainingType;
        if (type.Name == "Timer" && type.Is(_timer))
            return types["System.Threading.ITimer"] is null ? null : new ClockedWait(WaitKind.Timer, "Timer", null);
        if (!(type.Name == "PeriodicTimer" && type.Is(_periodicTimer)) && !(type.Name == "CancellationTokenSource" && type.Is(_source)))
            return null;
        if (!HasDuration(constructor) || TakesProvider(constructor) || !TakesProvider(type.InstanceConstructors) || IsEndlessOrNothing(creation.Arguments))
            return null;
        return new ClockedWait(WaitKind.Overload, type.Name, null);
    }

    // Only a source whose creation is seen can be said to have no provider: one from a parameter may well have.
    private ClockedWait? OfCancelAfter(IInvocationOperation call, CancellationToken cancellationToken)
    {
        if (call.Instance?.Unwrap() is not { } instance || VariableUses.Variable(instance) is not { } variable)
            return null;
        if (variable is not ILocalSymbol && !(VariableUses.IsPrivateField(variable) && VariableUses.SeesAll((IFieldSymbol)variable, call)))
            return null;
        IOperation? creation = null;
        var isLinked = false;
        foreach (var written in VariableUses.Writes(variable, call, cancellationToken))
        {
            var value = written?.Unwrap();
            switch (value)
            {
                case IObjectCreationOperation { Constructor: { } constructor } created when constructor.ContainingType.Is(_source) && !TakesProvider(constructor):
                    creation ??= created;
                    break;
                case IInvocationOperation { TargetMethod.Name: "CreateLinkedTokenSource" }:
                    isLinked = true;
                    break;
                case ILiteralOperation or IDefaultValueOperation:
                    break;
                default:
                    return null;
            }
        }
        return creation is null && !isLinked ? null : new ClockedWait(WaitKind.CancelAfter, "CancelAfter", isLinked ? null : creation);
    }

    private bool IsReplaceable(IMethodSymbol method)
    {
        if (TakesProvider(method))
            return false;
        foreach (var sibling in method.ContainingType.GetMembers(method.Name))
        {
            if (sibling is IMethodSymbol other && TakesProvider(other))
                return true;
        }
        return false;
    }

    private bool TakesProvider(ImmutableArray<IMethodSymbol> methods)
    {
        foreach (var method in methods)
        {
            if (TakesProvider(method))
                return true;
        }
        return false;
    }

    private bool TakesProvider(IMethodSymbol method)
    {
        foreach (var parameter in method.Parameters)
        {
            if (parameter.Type.Is(types.TimeProvider))
                return true;
        }
        return false;
    }

    private static bool HasDuration(IMethodSymbol method) =>
        method.Parameters.Length > 0 && method.Parameters[0].Type is { SpecialType: SpecialType.System_Int32 } or { Name: "TimeSpan" };

    // Never and at once are the same on every clock.
    private static bool IsEndlessOrNothing(ImmutableArray<IArgumentOperation> arguments)
    {
        foreach (var argument in arguments)
        {
            if (argument.Parameter?.Ordinal != 0)
                continue;
            var value = argument.Value.Unwrap();
            return value.ConstantValue is { HasValue: true, Value: 0 or -1 }
                || value is IFieldReferenceOperation { Field: { Name: "InfiniteTimeSpan" or "Zero", IsStatic: true } };
        }
        return false;
    }
}
