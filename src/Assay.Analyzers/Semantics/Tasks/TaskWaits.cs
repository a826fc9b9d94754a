using Assay.Analyzers.Semantics.Bodies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Tasks;

/// <summary>How a thread waits for a task.</summary>
internal enum WaitForm
{
    Result,
    Wait,
    GetResult,
    WaitAll,
    WaitAny,
}

/// <summary>An expression that holds its thread until a task completes.</summary>
/// <param name="Operation">The whole wait: the property or the call.</param>
/// <param name="Awaited">What is waited for: a task, an awaiter kept in a local, or the tasks given to WaitAll and WaitAny.</param>
/// <param name="Form">How it waits.</param>
internal sealed record TaskWait(IOperation Operation, IOperation Awaited, WaitForm Form)
{
    /// <summary>The expression to point at; that of a wait behind <c>?.</c> begins before it.</summary>
    public SyntaxNode Expression =>
        Operation.Syntax.Parent is ConditionalAccessExpressionSyntax access && access.WhenNotNull == Operation.Syntax ? access : Operation.Syntax;

    /// <summary>How the wait is written, as in <c>.Result</c>.</summary>
    public string Notation => Form switch
    {
        WaitForm.Result => ".Result",
        WaitForm.Wait => ".Wait()",
        WaitForm.GetResult => ".GetAwaiter().GetResult()",
        WaitForm.WaitAll => "Task.WaitAll",
        _ => "Task.WaitAny",
    };

    /// <summary>What ends the wait, as in <c>'LoadAsync' completes</c>.</summary>
    public string Event => Form switch
    {
        WaitForm.WaitAll => AwaitedName is { } tasks ? $"all tasks of '{tasks}' complete" : "all its tasks complete",
        WaitForm.WaitAny => AwaitedName is { } tasks ? $"a task of '{tasks}' completes" : "one of its tasks completes",
        _ => AwaitedName is { } task ? $"'{task}' completes" : "the task completes",
    };

    /// <summary>What to write instead.</summary>
    public string Cure => Form switch
    {
        WaitForm.WaitAll => "await Task.WhenAll instead",
        WaitForm.WaitAny => "await Task.WhenAny instead",
        _ => "await it instead",
    };

    /// <summary>What the user calls the task: a variable, a member, or the method that returned it; null for a nameless one.</summary>
    public string? AwaitedName => NameOf(Awaited.Unwrap()) ?? (Expression is ConditionalAccessExpressionSyntax { Expression: var tested } ? NameOf(tested) : null);

    private static string? NameOf(IOperation? awaited) => awaited switch
    {
        // `_source.Task.Wait()`, `Task.WaitAll(tasks.ToArray())`: the name that says something stands before.
        IPropertyReferenceOperation { Property: { Name: "Task", ContainingType.Name: "TaskCompletionSource" }, Instance: { } source } when NameOf(source.Unwrap()) is { } name => $"{name}.Task",
        IInvocationOperation { TargetMethod: { Name: "ToArray" or "ToList" or "AsSpan" } copy } call when Copied(call, copy) is { } tasks => NameOf(tasks.Unwrap()),
        ILocalReferenceOperation local => local.Local.Name,
        IParameterReferenceOperation parameter => parameter.Parameter.Name,
        IMemberReferenceOperation { Member.Name: not "this[]" } member => member.Member.Name,
        // A delegate is known by the name of what holds it.
        IInvocationOperation { TargetMethod.MethodKind: MethodKind.DelegateInvoke } invoke => NameOf(invoke.Instance?.Unwrap()),
        IInvocationOperation call => call.TargetMethod.Name,
        _ => null,
    };

    private static IOperation? Copied(IInvocationOperation call, IMethodSymbol copy) => copy.IsExtensionMethod ? call.Arguments.At(0).Value : call.Instance;

    // What a question mark follows has no operation of its own in a control flow graph.
    private static string? NameOf(ExpressionSyntax tested) => tested switch
    {
        IdentifierNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
        InvocationExpressionSyntax call => NameOf(call.Expression),
        _ => null,
    };
}

/// <summary>Recognises the expressions that wait for a task, in the tree of operations and in a control flow graph alike.</summary>
internal sealed class TaskWaits(KnownTypes types)
{
    /// <summary>What every wait for a task mentions.</summary>
    public static readonly Words Words = Words.Of("Result", "Wait", "GetResult", "WaitAll", "WaitAny");

    private readonly INamedTypeSymbol? _task = types.Task;
    private readonly INamedTypeSymbol? _taskOfT = types.TaskOfT;
    private readonly INamedTypeSymbol? _valueTaskOfT = types.ValueTaskOfT;
    private readonly INamedTypeSymbol? _awaiter = types["System.Runtime.CompilerServices.INotifyCompletion"];
    private readonly INamedTypeSymbol? _yield = types["System.Runtime.CompilerServices.YieldAwaitable"];
    private readonly INamedTypeSymbol? _expression = types["System.Linq.Expressions.Expression"];

    /// <summary>Whether waits are members of the type: it is a task or an awaiter.</summary>
    public bool MayBeWaitedFor(ITypeSymbol type) => type.IsOrInherits(_task) || type.Name == "ValueTask" || type.IsOrInherits(_awaiter);

    /// <summary>The wait that the operation is, or null. Whether the task may already be complete is not asked here.</summary>
    public TaskWait? Recognise(IOperation operation) => operation switch
    {
        IPropertyReferenceOperation { Property.Name: "Result" } result => OfResult(result),
        IInvocationOperation call => call.TargetMethod.Name switch
        {
            "Wait" => OfWait(call),
            "GetResult" => OfGetResult(call),
            "WaitAll" => OfTasks(call, WaitForm.WaitAll),
            "WaitAny" => OfTasks(call, WaitForm.WaitAny),
            _ => null,
        },
        _ => null,
    };

    /// <summary>Whether the operation only speaks about the wait: in <c>nameof</c>, or in a lambda that is data and not code.</summary>
    public bool IsNeverRun(IOperation operation)
    {
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is INameOfOperation)
                return true;
            if (parent is IConversionOperation { Operand: IAnonymousFunctionOperation or IDelegateCreationOperation }
                && parent.Type.IsOrInherits(_expression))
                return true;
            if (parent is IDelegateCreationOperation creation && creation.Type.IsOrInherits(_expression))
                return true;
        }
        return false;
    }

    private TaskWait? OfResult(IPropertyReferenceOperation result)
    {
        var declaring = result.Property.ContainingType.OriginalDefinition;
        if (result.Instance is null or IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.PatternInput })
            return null;
        if (!declaring.Is(_taskOfT) && !declaring.Is(_valueTaskOfT))
            return null;
        return new TaskWait(result, Bare(result.Instance), WaitForm.Result);
    }

    private TaskWait? OfWait(IInvocationOperation call)
    {
        // `Wait(0)` asks whether the task is complete and does not wait.
        if (call.Instance is null || !call.TargetMethod.ContainingType.Is(_task) || HasZeroTimeout(call))
            return null;
        return new TaskWait(call, Bare(call.Instance), WaitForm.Wait);
    }

    private TaskWait? OfTasks(IInvocationOperation call, WaitForm form)
    {
        if (!call.TargetMethod.IsStatic || !call.TargetMethod.ContainingType.Is(_task) || call.Arguments.IsEmpty || HasZeroTimeout(call))
            return null;
        return new TaskWait(call, call.Arguments.At(0).Value, form);
    }

    private TaskWait? OfGetResult(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        if (call.Instance is null || !method.Parameters.IsEmpty || !method.ContainingType.IsOrInherits(_awaiter))
            return null;
        // Getting the result of Task.Yield() neither waits nor fails.
        if (method.ContainingType.ContainingType.Is(_yield))
            return null;
        return call.Instance.Unwrap() switch
        {
            IInvocationOperation { TargetMethod.Name: "GetAwaiter" } getAwaiter => new TaskWait(call, Bare(getAwaiter), WaitForm.GetResult),
            // Awaiters in fields and parameters belong to hand-written state machines, which resume when they are complete.
            ILocalReferenceOperation local => new TaskWait(call, local, WaitForm.GetResult),
            _ => null,
        };
    }

    /// <summary>
    /// The task behind <c>ConfigureAwait</c>, <c>AsTask</c>, <c>Preserve</c>, <c>GetAwaiter</c> and conversions: complete exactly
    /// when they are.
    /// </summary>
    public static IOperation Bare(IOperation task)
    {
        while (true)
        {
            switch (task)
            {
                case IConversionOperation { OperatorMethod: null } conversion:
                    task = conversion.Operand;
                    break;
                case IParenthesizedOperation parenthesized:
                    task = parenthesized.Operand;
                    break;
                case IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "AsTask" or "Preserve" or "GetAwaiter" } call
                    when Receiver(call) is { } receiver:
                    task = receiver;
                    break;
                // Other views of the same task: `new ValueTask<T>(task)`, `Unsafe.As<Task<T>>(task)`.
                case IObjectCreationOperation { Type.Name: "ValueTask", Arguments: { Length: 1 } arguments } when arguments[0].Parameter?.Type.Name == "Task":
                    task = arguments.At(0).Value;
                    break;
                case IInvocationOperation { TargetMethod: { Name: "As", ContainingType.Name: "Unsafe" }, Arguments: { Length: 1 } arguments }:
                    task = arguments.At(0).Value;
                    break;
                default:
                    return task;
            }
        }
    }

    /// <summary>What a call is made on: its instance, or the first argument of an extension method.</summary>
    public static IOperation? Receiver(IInvocationOperation call)
    {
        if (call.Instance is { } instance)
            return instance;
        return call.TargetMethod.IsExtensionMethod && !call.Arguments.IsEmpty ? call.Arguments.At(0).Value : null;
    }

    private static bool HasZeroTimeout(IInvocationOperation call)
    {
        foreach (var argument in call.Arguments)
        {
            switch (argument.Value.Unwrap())
            {
                case { ConstantValue: { HasValue: true, Value: 0 } }:
                case IFieldReferenceOperation { Field: { Name: "Zero", ContainingType.Name: "TimeSpan" } }:
                case IDefaultValueOperation { Type.Name: "TimeSpan" }:
                    return true;
            }
        }
        return false;
    }
}
