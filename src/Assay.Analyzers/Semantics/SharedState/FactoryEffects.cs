using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>An effect of a factory that is there twice when the factory runs twice.</summary>
/// <param name="Operation">The effect.</param>
/// <param name="What">The effect as the last clause of a message.</param>
internal sealed record FactoryEffect(IOperation Operation, string What);

/// <summary>Finds what a factory does besides making its value.</summary>
internal static class FactoryEffects
{
    private static readonly string[] s_starting = ["Timer", "Thread", "FileSystemWatcher", "TcpListener", "HttpListener"];

    private static readonly string[] s_changes =
        ["WriteAllText", "WriteAllLines", "WriteAllBytes", "AppendAllText", "AppendAllLines", "Delete", "Move", "Copy", "Replace"];

    /// <summary>The first effect in the body; null when the factory only makes a value that can be dropped.</summary>
    public static FactoryEffect? In(IOperation body, IDelegateCreationOperation made)
    {
        var inside = body.Syntax.Span;
        foreach (var operation in body.DescendantsAndSelf())
        {
            if (IsDeferred(operation, body))
                continue;
            if (EffectOf(operation, inside) is { } effect)
                return effect;
        }
        return ValueOf(body) is { } value && IsCostly(value, made) is { } what ? new(value, what) : null;
    }

    private static FactoryEffect? EffectOf(IOperation operation, TextSpan inside)
    {
        switch (operation)
        {
            case IIncrementOrDecrementOperation step when IsOutside(step.Target, inside):
                return new(operation, $"'{step.Target.Syntax}' is counted twice");
            // The local of one call is set by its own factory alone; only a flag claims that this call was the one to add.
            case IAssignmentOperation { Target: ILocalReferenceOperation local } assignment when IsOutside(local, inside):
                return assignment.Value.ConstantValue is { HasValue: true, Value: true } ? new(operation, $"'{local.Local.Name}' claims an add that another thread won") : null;
            case IAssignmentOperation assignment when IsOutside(assignment.Target, inside):
                return new(operation, $"'{assignment.Target.Syntax}' is set by the one that loses too");
            case IEventAssignmentOperation { Adds: true } subscription when subscription.EventReference is IEventReferenceOperation raised && (raised.Instance is null || IsOutside(raised.Instance, inside)):
                return new(operation, $"'{raised.Event.Name}' is subscribed twice");
            case IInvocationOperation { Instance: { } receiver } call when IsOutside(receiver, inside) && receiver.Type is { } type && AccessShapes.IsCollection(type) && AccessShapes.Of(receiver, type) == AccessKind.ContainerWrite:
                return new(call, $"'{receiver.Syntax}' is changed twice");
            case IInvocationOperation { TargetMethod: { Name: "Increment" or "Decrement" or "Add", ContainingType.Name: "Interlocked" } } count:
                return new(count, $"'{count.Syntax}' counts twice");
            case IInvocationOperation { TargetMethod: { ContainingType: { Name: "File", ContainingNamespace.Name: "IO" }, Name: var name } } change when Array.IndexOf(s_changes, name) >= 0:
                return new(change, $"'{name}' changes the file twice");
            case IInvocationOperation { TargetMethod: { ContainingType: { Name: "Process", ContainingNamespace.Name: "Diagnostics" }, Name: "Start" } } process:
                return new(process, "the process is started twice");
            case IObjectCreationOperation { Type: { } type } when Array.IndexOf(s_starting, type.Name) >= 0:
                return new(operation, $"a {type.Name} that nobody stops stays behind");
            default:
                return null;
        }
    }

    // Work behind another lambda, as in `new Lazy<T>(() => …)`, does not run here.
    private static bool IsDeferred(IOperation operation, IOperation body)
    {
        for (var around = operation.Parent; around is not null && around != body; around = around.Parent)
        {
            if (around is IAnonymousFunctionOperation or ILocalFunctionOperation)
                return true;
        }
        return false;
    }

    private static bool IsOutside(IOperation target, TextSpan inside)
    {
        while (true)
        {
            switch (target)
            {
                case ILocalReferenceOperation local:
                    return !IsDeclaredIn(local.Local, inside);
                case IParameterReferenceOperation parameter:
                    return !IsDeclaredIn(parameter.Parameter, inside) && parameter.Parameter.ContainingSymbol is not IMethodSymbol { MethodKind: MethodKind.AnonymousFunction };
                case IFieldReferenceOperation { Instance: null }:
                case IPropertyReferenceOperation { Instance: null }:
                case IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance }:
                    return true;
                case IMemberReferenceOperation { Instance: { } instance }:
                    target = instance;
                    break;
                case IArrayElementReferenceOperation slot:
                    target = slot.ArrayReference;
                    break;
                case IConversionOperation conversion:
                    target = conversion.Operand;
                    break;
                default:
                    return false;
            }
        }
    }

    private static bool IsDeclaredIn(ISymbol variable, TextSpan inside)
    {
        foreach (var reference in variable.DeclaringSyntaxReferences)
        {
            if (inside.Contains(reference.Span))
                return true;
        }
        return false;
    }

    private static IOperation? ValueOf(IOperation body) => body switch
    {
        IBlockOperation { Operations: { Length: > 0 } statements } when statements[statements.Length - 1] is IReturnOperation { ReturnedValue: { } value } => value.Unwrap(),
        _ => null,
    };

    // The value of the thread that loses is dropped, with all that it holds or does.
    private static string? IsCostly(IOperation value, IDelegateCreationOperation made)
    {
        switch (value)
        {
            case IInvocationOperation { Type.Name: "Task" or "ValueTask" } started when started.TargetMethod.Name is not ("FromResult" or "FromException" or "FromCanceled"):
                return $"'{started.TargetMethod.Name}' does its work twice";
            case IObjectCreationOperation { Type: { } type } when IsResource(type):
                return $"the {type.Name} that is dropped is never disposed";
            case IInvocationOperation { TargetMethod: { ContainingType: { Name: "File", ContainingNamespace.Name: "IO" }, ReturnType: { } opened } } when IsResource(opened):
                return $"the {opened.Name} that is dropped is never disposed";
            default:
                return null;
        }
    }

    // Objects whose disposal is more than a formality.
    private static bool IsResource(ITypeSymbol type)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (current.Name is "Stream" or "DbConnection" or "Socket" or "TcpClient" or "HttpClient" or "HttpMessageHandler" or "Process" or "SafeHandle" or "HttpMessageInvoker")
                return true;
        }
        return false;
    }
}
