using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Tasks;

/// <summary>Which calls start work that is lost when their result is dropped, and which have another observer.</summary>
internal sealed class DroppedTasks(KnownTypes types)
{
    // A chain such as `Start()` that returns `Task.Run(Loop)` is followed this far.
    private const int MostHops = 3;

    private readonly Containment _containment = new(types, seenMayLeave: true);
    private readonly Continuations _continuations = new(types);

    /// <summary>Whether dropping a value of the type drops work: tasks, what ConfigureAwait makes of them, and custom task types.</summary>
    public bool IsDroppable(ITypeSymbol? type)
    {
        if (type is not INamedTypeSymbol { TypeKind: TypeKind.Class or TypeKind.Struct } named)
            return false;
        if (named.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T)
            return IsDroppable(named.TypeArguments[0]);
        // Enough for nearly every expression statement with a value: a string builder, a hash set's bool.
        if (named.SpecialType != SpecialType.None)
            return false;
        return types.IsTaskLike(named) || IsConfigured(named) || IsCustomTask(named);
    }

    /// <summary>The call whose task the value is; null when the value is held somewhere else too, such as a field.</summary>
    public static IInvocationOperation? StartedBy(IOperation? value)
    {
        while (true)
        {
            switch (value)
            {
                case IInvocationOperation call:
                    return call;
                case IConversionOperation conversion:
                    value = conversion.Operand;
                    break;
                case IParenthesizedOperation parenthesized:
                    value = parenthesized.Operand;
                    break;
                case IConditionalAccessOperation access:
                    value = access.WhenNotNull;
                    break;
                case ICoalesceOperation coalesce:
                    value = StartedBy(coalesce.Value) ?? coalesce.WhenNull;
                    break;
                case IConditionalOperation { WhenFalse: not null } choice:
                    value = StartedBy(choice.WhenTrue) ?? choice.WhenFalse;
                    break;
                default:
                    return null;
            }
        }
    }

    /// <summary>The call that started the work, behind <c>ConfigureAwait</c> and the like.</summary>
    public static IInvocationOperation OriginOf(IInvocationOperation call)
    {
        while (IsStep(call.TargetMethod) && StartedBy(call.Instance) is { } source)
            call = source;
        return call;
    }

    /// <summary>Whether somebody else holds the task of the call or sees its failure.</summary>
    public bool IsObserved(IInvocationOperation call, CancellationToken cancellationToken)
    {
        var method = call.TargetMethod;
        if (IsCompleted(method) || IsHeldElsewhere(method) || IsGivenATask(call) || IsQueued(call) || IsAttached(call.Arguments))
            return true;
        if (IsStep(method) && StartedBy(call.Instance) is { } source)
            return IsObserved(source, cancellationToken);
        // `Task.Factory.ContinueWhenAll(tasks, …)` is a companion of tasks that somebody holds.
        if (method.Name is "ContinueWhenAll" or "ContinueWhenAny" && method.ContainingType.Name == "TaskFactory")
            return true;
        if (_continuations.IsContinuation(method))
        {
            // The antecedent is in a variable, or somebody sees to it: the continuation is a mere companion.
            return StartedBy(call.Instance) is not { } antecedent
                || (!IsCompleted(antecedent.TargetMethod) && IsObserved(antecedent, cancellationToken))
                || _continuations.SeesFault(call, antecedent, cancellationToken);
        }
        return GivesNullForDone(method, cancellationToken, hops: 0) || HandsOutHeld(method, cancellationToken, hops: 0);
    }

    // `Task Running() => _running;`, `Enqueue(waiter)` that returns the waiter's task: who holds it is not the caller.
    private bool HandsOutHeld(IMethodSymbol method, CancellationToken cancellationToken, int hops)
    {
        if (method.IsAsync || method.IsAbstract || method.IsVirtual || method.IsOverride || hops > MostHops)
            return false;
        if (types.BodyOf(method, cancellationToken) is not { } body)
            return false;
        var any = false;
        foreach (var operation in body.Descendants())
        {
            if (operation is not IReturnOperation { ReturnedValue: { } value } || !IsDroppable(value.Type))
                continue;
            if (!IsHeld(value, cancellationToken, hops))
                return false;
            any = true;
        }
        return any;
    }

    private bool IsHeld(IOperation value, CancellationToken cancellationToken, int hops) => value.Unwrap() switch
    {
        IFieldReferenceOperation or IPropertyReferenceOperation or IParameterReferenceOperation => true,
        IAssignmentOperation { Target: IFieldReferenceOperation or IPropertyReferenceOperation } => true,
        IInvocationOperation call => IsCompleted(call.TargetMethod) || IsAttached(call.Arguments) || HandsOutHeld(call.TargetMethod, cancellationToken, hops + 1),
        ILocalReferenceOperation local => IsStoredElsewhere(local),
        _ => false,
    };

    // `_task = task = Task.Factory.StartNew(…, AttachedToParent, …); return task;`
    private bool IsStoredElsewhere(ILocalReferenceOperation local)
    {
        foreach (var operation in local.Root().Descendants())
        {
            switch (operation)
            {
                case IVariableDeclaratorOperation declarator when declarator.Symbol.Is(local.Local):
                    if (declarator.GetVariableInitializer()?.Value.Unwrap() is IObjectCreationOperation made && IsAttached(made.Arguments))
                        return true;
                    break;
                case ISimpleAssignmentOperation { Target: IFieldReferenceOperation or IPropertyReferenceOperation } store when MentionsOnly(store.Value, local.Local):
                    return true;
                case IInvocationOperation { TargetMethod.Name: "Add" or "TryAdd" or "Enqueue" or "Push" } kept:
                    foreach (var argument in kept.Arguments)
                    {
                        if (MentionsOnly(argument.Value, local.Local))
                            return true;
                    }
                    break;
            }
        }
        return false;
    }

    private static bool MentionsOnly(IOperation value, ILocalSymbol local) =>
        value.Unwrap() is ILocalReferenceOperation named && named.Local.Is(local);

    /// <summary>Whether the code the call starts catches all its exceptions itself.</summary>
    public bool CatchesItself(IInvocationOperation call, CancellationToken cancellationToken, int hops = 0)
    {
        if (hops > MostHops)
            return false;
        if (IsStep(call.TargetMethod) && StartedBy(call.Instance) is { } source)
            return CatchesItself(source, cancellationToken, hops + 1);
        var run = StartedDelegate(call);
        var body = run is null ? types.BodyOf(call.TargetMethod, cancellationToken) : types.BodyOf(run, cancellationToken);
        if (body is null)
            return false;
        var function = run is null ? call.TargetMethod : TargetOf(run);
        // Sync code that hands out a task does not see how it ends.
        if (function is { IsAsync: false } && IsDroppable(function.ReturnType))
            return StartedBy(OnlyReturned(body)) is { } inner && CatchesItself(inner, cancellationToken, hops + 1);
        // Work put on another thread on purpose needs no care when nothing in it can fail.
        return _containment.CatchesEverything(body, cancellationToken) || (run is not null && _containment.LetsNothingOut(body, cancellationToken));
    }

    // Code that is sync or async by a flag gives null for "done": awaiting what it returns would crash, and its callers know.
    private bool GivesNullForDone(IMethodSymbol method, CancellationToken cancellationToken, int hops)
    {
        if (method.IsAsync || hops > MostHops || method.ReturnType.IsValueType || types.BodyOf(method, cancellationToken) is not { } body)
            return false;
        foreach (var operation in body.Descendants())
        {
            var given = operation switch
            {
                IReturnOperation @return => @return.ReturnedValue,
                IVariableInitializerOperation initializer => initializer.Value,
                ISimpleAssignmentOperation { Target: ILocalReferenceOperation } assignment => assignment.Value,
                IConditionalOperation choice => IsNull(choice.WhenTrue) ? choice.WhenTrue : choice.WhenFalse,
                _ => null,
            };
            if (IsNull(given) && types.IsTaskLike(given!.Type))
                return true;
            if (operation is IReturnOperation && StartedBy(given) is { } call && GivesNullForDone(call.TargetMethod, cancellationToken, hops + 1))
                return true;
        }
        return false;
    }

    private static bool IsNull(IOperation? value) => value is { ConstantValue: { HasValue: true, Value: null } };

    // Task.FromResult and its kin have nothing left to fail.
    private bool IsCompleted(IMethodSymbol method) =>
        method.Name is "FromResult" or "FromCanceled" or "FromException"
        && (method.ContainingType.Is(types.Task) || method.ContainingType.OriginalDefinition.Is(types.ValueTask));

    // `queue.Dequeue()`, `cache.GetOrAdd(key, …)`, `tasks.First()`: a T that happens to be a task was not made by the call;
    // a method that runs a `Func<T>` and returns its T did make it.
    private static bool IsHeldElsewhere(IMethodSymbol method)
    {
        if (method.OriginalDefinition.ReturnType is not ITypeParameterSymbol result || method.MethodKind == MethodKind.DelegateInvoke)
            return false;
        if (result.TypeParameterKind != TypeParameterKind.Method)
            return true;
        foreach (var parameter in method.OriginalDefinition.Parameters)
        {
            if (parameter.Type is INamedTypeSymbol { DelegateInvokeMethod: { } invoke } && invoke.ReturnType.Is(result))
                return false;
        }
        return true;
    }

    // Who takes the task takes the duty to observe it, `Forget(task)` for one. The combinators of the framework only make
    // another task of it.
    private bool IsGivenATask(IInvocationOperation call)
    {
        if (call.TargetMethod.ContainingNamespace is { Name: "Tasks", ContainingNamespace.Name: "Threading" })
            return false;
        foreach (var argument in call.Arguments)
        {
            if (argument.ArgumentKind != ArgumentKind.DefaultValue && types.IsTaskLike(argument.Value.Unwrap().Type))
                return true;
        }
        return false;
    }

    // A command of a Redis batch or transaction runs when that is executed, and awaiting it before never ends; one sent with
    // CommandFlags.FireAndForget has no outcome.
    private bool IsQueued(IInvocationOperation call)
    {
        if (types["StackExchange.Redis.CommandFlags"] is not { } flags)
            return false;
        if (call.Instance?.Type.IsOrInherits(types["StackExchange.Redis.IBatch"]) == true)
            return true;
        foreach (var argument in call.Arguments)
        {
            if (argument.Value is IFieldReferenceOperation { Field: { Name: "FireAndForget" } field } && field.ContainingType.Is(flags))
                return true;
        }
        return false;
    }

    // The parent task waits for an attached child and takes over its exceptions.
    private static bool IsAttached(ImmutableArray<IArgumentOperation> arguments)
    {
        const int AttachedToParent = 4;
        foreach (var argument in arguments)
        {
            if (argument.Value is { Type.Name: "TaskCreationOptions" or "TaskContinuationOptions", ConstantValue: { HasValue: true, Value: int flags } }
                && (flags & AttachedToParent) != 0
                && argument.ArgumentKind != ArgumentKind.DefaultValue)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>A method that gives the task it is called on in another form.</summary>
    private static bool IsStep(IMethodSymbol method) =>
        method.Name is "ConfigureAwait" or "AsTask" or "Preserve" or "WaitAsync" && !method.IsStatic
        && method.ContainingNamespace is { Name: "Tasks", ContainingNamespace.Name: "Threading" };

    /// <summary>Whether the call is there for no other reason than to throw the task away: a bare <c>Preserve()</c> has no other use.</summary>
    public static bool IsWrittenToDrop(IInvocationOperation call) => call.TargetMethod.Name == "Preserve" && IsStep(call.TargetMethod);

    /// <summary>Whether the call spells out where the work runs: it was put there on purpose.</summary>
    public bool IsScheduled(IInvocationOperation call)
    {
        if (call.TargetMethod.Name is not ("StartNew" or "ContinueWith") || types["System.Threading.Tasks.TaskScheduler"] is not { } scheduler)
            return false;
        foreach (var parameter in call.TargetMethod.Parameters)
        {
            if (parameter.Type.Is(scheduler))
                return true;
        }
        return false;
    }

    /// <summary>The delegate that Task.Run(…) or Task.Factory.StartNew(…) runs.</summary>
    public IDelegateCreationOperation? StartedDelegate(IInvocationOperation call)
    {
        if (call.TargetMethod.Name is not ("Run" or "StartNew"))
            return null;
        var type = call.TargetMethod.ContainingType;
        if (!type.Is(types.Task) && !type.Is(types["System.Threading.Tasks.TaskFactory"]))
            return null;
        foreach (var argument in call.Arguments)
        {
            if (argument.Value.Unwrap() is IDelegateCreationOperation made)
                return made;
        }
        return null;
    }

    private static IMethodSymbol? TargetOf(IDelegateCreationOperation made) => made.Target switch
    {
        IAnonymousFunctionOperation lambda => lambda.Symbol,
        IMethodReferenceOperation reference => reference.Method,
        _ => null,
    };

    /// <summary>The value of a body that does nothing but return it.</summary>
    private static IOperation? OnlyReturned(IOperation body) =>
        body is IBlockOperation { Operations: { Length: 1 } operations } && operations[0] is IReturnOperation only ? only.ReturnedValue : null;

    private bool IsConfigured(INamedTypeSymbol type)
    {
        if (type.Name is not ("ConfiguredTaskAwaitable" or "ConfiguredValueTaskAwaitable" or "YieldAwaitable"))
            return false;
        return type.ContainingNamespace is { Name: "CompilerServices", ContainingNamespace.Name: "Runtime" };
    }

    // A type that async methods may return and that can be awaited, such as UniTask.
    private bool IsCustomTask(INamedTypeSymbol type)
    {
        if (types["System.Runtime.CompilerServices.AsyncMethodBuilderAttribute"] is not { } builder)
            return false;
        foreach (var attribute in type.OriginalDefinition.GetAttributes())
        {
            if (attribute.AttributeClass.Is(builder))
                return types.IsAwaitable(type);
        }
        return false;
    }
}
